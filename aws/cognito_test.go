package aws_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"projectr"
	"projectr/account"
	"projectr/aws"
)

var _ account.Identity = (*aws.Cognito)(nil)

func config(url string) sdk.Config {
	return sdk.Config{
		Region: "eu-central-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		Retryer: func() sdk.Retryer { return sdk.NopRetryer{} },
	}
}

// moto starts the emulator of AWS that PROJECTR_MOTO names, and returns its address.
func moto(t *testing.T) string {
	t.Helper()
	server := os.Getenv("PROJECTR_MOTO")
	if server == "" {
		t.Skip("PROJECTR_MOTO names no moto_server: make test installs one into bin/moto")
	}
	l := httptest.NewServer(nil)
	addr := l.Listener.Addr().String()
	l.Close()
	host, port, _ := strings.Cut(addr, ":")
	var log strings.Builder
	cmd := exec.Command(server, "-H", host, "-p", port)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	for range 600 {
		if r, err := http.Get("http://" + addr + "/moto-api/"); err == nil {
			r.Body.Close()
			return "http://" + addr
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto_server does not answer")
	return ""
}

func is(t *testing.T, what string, err error, kind projectr.Kind) {
	t.Helper()
	if err == nil || projectr.KindOf(err) != kind || kind != projectr.Internal && strings.Contains(projectr.MessageOf(err), "Exception") {
		t.Errorf("%s: %v (%q)", what, err, projectr.KindOf(err))
	}
}

func TestCognito(t *testing.T) {
	ctx, url := t.Context(), moto(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	client := idp.NewFromConfig(config(url))
	pool, err := client.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: sdk.String("people"), UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}})
	must(err)
	app, err := client.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: sdk.String("projectr"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth}})
	must(err)
	c := aws.NewCognito(config(url), *pool.UserPool.Id)
	get := func(name string) *idp.AdminGetUserOutput {
		t.Helper()
		u, err := client.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: pool.UserPool.Id, Username: &name})
		must(err)
		return u
	}
	attribute := func(u *idp.AdminGetUserOutput, name string) string {
		for _, a := range u.UserAttributes {
			if *a.Name == name {
				return *a.Value
			}
		}
		return ""
	}
	password := func(name string) {
		t.Helper()
		_, err := client.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: pool.UserPool.Id, Username: &name, Password: sdk.String("Quarry lake 7 in autumn!"), Permanent: true})
		must(err)
	}

	jo := projectr.User{Email: "jo@acme.example", Name: "Jo Pemberton"}
	sub, err := c.Create(ctx, jo)
	must(err)
	u := get(sub)
	if attribute(u, "sub") != sub || attribute(u, "email") != jo.Email || attribute(u, "email_verified") != "true" || attribute(u, "name") != jo.Name || !u.Enabled || u.UserStatus != types.UserStatusTypeForceChangePassword {
		t.Errorf("created %+v", u)
	}
	_, err = c.Create(ctx, jo)
	is(t, "an address that has an account", err, projectr.Conflict)

	must(c.Reset(ctx, sub)) // never signed in: a first password is mailed again
	if u := get(sub); u.UserStatus != types.UserStatusTypeForceChangePassword {
		t.Errorf("a first password mailed again: %s", u.UserStatus)
	}

	jo.Email, jo.Name = "jo.p@acme.example", "Jo P"
	must(c.Update(ctx, sub, jo))
	if u := get(sub); attribute(u, "email") != jo.Email || attribute(u, "name") != jo.Name || attribute(u, "email_verified") != "true" || attribute(u, "sub") != sub {
		t.Errorf("updated %+v", u)
	}

	signIn := func() (*idp.AdminInitiateAuthOutput, error) {
		return client.AdminInitiateAuth(ctx, &idp.AdminInitiateAuthInput{UserPoolId: pool.UserPool.Id, ClientId: app.UserPoolClient.ClientId, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": sub, "PASSWORD": "Quarry lake 7 in autumn!"}})
	}
	refresh := func(in *idp.AdminInitiateAuthOutput) error {
		_, err := client.AdminInitiateAuth(ctx, &idp.AdminInitiateAuthInput{UserPoolId: pool.UserPool.Id, ClientId: app.UserPoolClient.ClientId, AuthFlow: types.AuthFlowTypeRefreshTokenAuth, AuthParameters: map[string]string{"REFRESH_TOKEN": *in.AuthenticationResult.RefreshToken}})
		return err
	}
	password(sub)
	in, err := signIn()
	must(err)
	must(refresh(in))
	must(c.Disable(ctx, sub))
	if get(sub).Enabled {
		t.Error("disabled, and open")
	}
	if refresh(in) == nil {
		t.Error("a session goes on after the account was closed")
	}
	must(c.Enable(ctx, sub))
	if !get(sub).Enabled {
		t.Error("enabled, and closed")
	}

	in, err = signIn()
	must(err)
	must(c.Reset(ctx, sub))
	if u := get(sub); u.UserStatus != types.UserStatusTypeResetRequired {
		t.Errorf("reset: %s", u.UserStatus)
	}
	if refresh(in) == nil {
		t.Error("a session goes on after the password was reset")
	}

	must(c.Delete(ctx, sub))
	must(c.Delete(ctx, sub))
	for what, do := range map[string]func(context.Context, string) error{
		"disable": c.Disable, "enable": c.Enable, "reset": c.Reset,
		"update": func(ctx context.Context, s string) error { return c.Update(ctx, s, jo) },
	} {
		is(t, what+" somebody who is gone", do(ctx, sub), projectr.NotFound)
	}
	if _, err := c.Create(ctx, jo); err != nil {
		t.Errorf("the address is free again: %v", err)
	}
}

// What the service answers is one of our kinds, and tells nothing of itself.
func TestCognitoAnswers(t *testing.T) {
	for _, x := range []struct {
		status int
		code   string
		kind   projectr.Kind
	}{
		{400, "UsernameExistsException", projectr.Conflict},
		{400, "AliasExistsException", projectr.Conflict},
		{400, "UserNotFoundException", projectr.NotFound},
		{400, "InvalidParameterException", projectr.Invalid},
		{400, "UnsupportedUserStateException", projectr.Conflict},
		{400, "TooManyRequestsException", projectr.Unavailable},
		{400, "LimitExceededException", projectr.Unavailable},
		{500, "InternalErrorException", projectr.Unavailable},
		{400, "CodeDeliveryFailureException", projectr.Unavailable},
		{400, "NotAuthorizedException", projectr.Internal},
		{400, "ResourceNotFoundException", projectr.Internal},
		{503, "", projectr.Unavailable},
	} {
		t.Run(fmt.Sprint(x.status, x.code), func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				w.WriteHeader(x.status)
				if x.code != "" {
					_, _ = fmt.Fprintf(w, `{"__type":%q,"message":"canary"}`, x.code)
				} else {
					_, _ = io.WriteString(w, "<html>canary</html>")
				}
			}))
			defer s.Close()
			c := aws.NewCognito(config(s.URL), "eu-central-1_x")
			_, err := c.Create(t.Context(), projectr.User{Email: "jo@acme.example", Name: "Jo"})
			is(t, "create", err, x.kind)
			if strings.Contains(projectr.MessageOf(err), "canary") {
				t.Errorf("it tells what the service said: %s", projectr.MessageOf(err))
			}
			for what, do := range map[string]func(context.Context, string) error{"disable": c.Disable, "enable": c.Enable, "reset": c.Reset} {
				is(t, what, do(t.Context(), "sub"), x.kind)
			}
			if err := c.Delete(t.Context(), "sub"); (err == nil) != (x.kind == projectr.NotFound) {
				t.Errorf("delete: %v", err)
			}
		})
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	is(t, "nobody answers", aws.NewCognito(config(gone.URL), "x").Enable(t.Context(), "sub"), projectr.Unavailable)

	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else nobody sees that the client has gone
		<-r.Context().Done()
	}))
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := aws.NewCognito(config(silent.URL), "x").Enable(ctx, "sub")
	is(t, "it is silent", err, projectr.Unavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the cause is not kept: %v", err)
	}

	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"User":{}}`) }))
	defer empty.Close()
	if _, err := aws.NewCognito(config(empty.URL), "x").Create(t.Context(), projectr.User{Email: "jo@acme.example"}); err == nil {
		t.Error("an account without a subject")
	}
}
