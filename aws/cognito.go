// Package aws has the parts of a home on AWS. So far that is Cognito, where people's
// accounts are kept and managed.
//
// It promises that what the service answers becomes an error of one of our kinds, whose
// sentence tells nothing of the service; and that nothing is kept here. Who signs on with
// a token of a pool is told by package oidc. Start reading at Cognito.
package aws

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"projectr"
)

// Cognito manages the accounts of one user pool in which people sign in by their
// address (UsernameAttributes: email), and whose subject is therefore the name of an
// account. Make one with NewCognito.
type Cognito struct {
	client *idp.Client
	pool   string
}

// NewCognito returns the accounts of the pool with that id. What c says of retries,
// time limits and credentials counts.
func NewCognito(c sdk.Config, pool string) *Cognito {
	return &Cognito{client: idp.NewFromConfig(c), pool: pool}
}

// Create makes an account, whose address counts as proved: Cognito mails a password
// that is good for the first sign-in. It is not repeatable: when the answer is lost, a
// second call says that the address has an account.
func (c *Cognito) Create(ctx context.Context, u projectr.User) (subject string, err error) {
	out, err := c.client.AdminCreateUser(ctx, &idp.AdminCreateUserInput{
		UserPoolId: &c.pool, Username: &u.Email, UserAttributes: attributes(u), DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail},
	})
	if err != nil {
		return "", failed("create account", err)
	}
	if out.User != nil {
		subject = valueOf(out.User.Attributes, "sub")
	}
	if subject == "" {
		return "", errors.New("create account: the answer names no subject")
	}
	return subject, nil
}

// valueOf returns the value of an attribute, or the empty string.
func valueOf(list []types.AttributeType, name string) string {
	for _, a := range list {
		if sdk.ToString(a.Name) == name {
			return sdk.ToString(a.Value)
		}
	}
	return ""
}

// attributes are what the pool keeps of a person.
func attributes(u projectr.User) []types.AttributeType {
	return []types.AttributeType{
		{Name: sdk.String("email"), Value: &u.Email},
		{Name: sdk.String("email_verified"), Value: sdk.String("true")},
		{Name: sdk.String("name"), Value: &u.Name},
	}
}

// Update gives an account the address and the name of u. Whoever changes the address
// has proved it.
func (c *Cognito) Update(ctx context.Context, subject string, u projectr.User) error {
	_, err := c.client.AdminUpdateUserAttributes(ctx, &idp.AdminUpdateUserAttributesInput{UserPoolId: &c.pool, Username: &subject, UserAttributes: attributes(u)})
	return failed("update account", err)
}

// Disable closes an account and voids its refresh tokens. Access tokens go on to be
// valid for their hour: whoever takes them asks our own records whether the account is
// closed.
func (c *Cognito) Disable(ctx context.Context, subject string) error {
	if _, err := c.client.AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: &c.pool, Username: &subject}); err != nil {
		return failed("disable account", err)
	}
	return c.signOut(ctx, subject)
}

// Enable opens a closed account again.
func (c *Cognito) Enable(ctx context.Context, subject string) error {
	_, err := c.client.AdminEnableUser(ctx, &idp.AdminEnableUserInput{UserPoolId: &c.pool, Username: &subject})
	return failed("enable account", err)
}

// Delete removes an account. One that is gone already is no error.
func (c *Cognito) Delete(ctx context.Context, subject string) error {
	_, err := c.client.AdminDeleteUser(ctx, &idp.AdminDeleteUserInput{UserPoolId: &c.pool, Username: &subject})
	if _, gone := errors.AsType[*types.UserNotFoundException](err); gone {
		return nil
	}
	return failed("delete account", err)
}

// Reset voids the password, has Cognito mail a code for a new one, and voids refresh
// tokens. An account that was never signed in to is mailed a new first password: there
// is none to reset.
func (c *Cognito) Reset(ctx context.Context, subject string) error {
	u, err := c.client.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: &c.pool, Username: &subject})
	if err != nil {
		return failed("look up account", err)
	}
	if u.UserStatus == types.UserStatusTypeForceChangePassword {
		_, err := c.client.AdminCreateUser(ctx, &idp.AdminCreateUserInput{ // by its address, as it was made
			UserPoolId: &c.pool, Username: sdk.String(valueOf(u.UserAttributes, "email")), MessageAction: types.MessageActionTypeResend, DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail},
		})
		return failed("mail a first password", err)
	}
	if _, err := c.client.AdminResetUserPassword(ctx, &idp.AdminResetUserPasswordInput{UserPoolId: &c.pool, Username: &subject}); err != nil {
		return failed("reset password", err)
	}
	return c.signOut(ctx, subject)
}

func (c *Cognito) signOut(ctx context.Context, subject string) error {
	_, err := c.client.AdminUserGlobalSignOut(ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: &c.pool, Username: &subject})
	return failed("end sessions", err)
}

// failed gives what the service answered one of our kinds; nil stays nil.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	is := func(kind projectr.Kind, message string) error {
		return &projectr.Error{Kind: kind, Message: message, Err: fmt.Errorf("%s: %w", doing, err)}
	}
	switch codeOf(err) {
	case "UsernameExistsException", "AliasExistsException":
		return is(projectr.Conflict, "This address has an account already.")
	case "UserNotFoundException":
		return is(projectr.NotFound, "There is no such account at the sign-in provider.")
	case "InvalidParameterException":
		return is(projectr.Invalid, "The sign-in provider does not take this. Check address and name.")
	case "UnsupportedUserStateException":
		return is(projectr.Conflict, "The account is in a state in which this cannot be done. Ask whoever runs this Projectr.")
	case "TooManyRequestsException", "LimitExceededException", "InternalErrorException", "CodeDeliveryFailureException":
		return is(projectr.Unavailable, "The sign-in provider cannot do this just now. Try again in a minute.")
	case "", "UnknownError": // what stands between us and the service has answered, or nobody
		return is(projectr.Unavailable, "The sign-in provider does not answer. Try again in a minute.")
	}
	return fmt.Errorf("%s: %w", doing, err) // a fault of ours: rights or settings of the pool
}

// codeOf is what the service calls the error; empty: it did not answer.
func codeOf(err error) string {
	var coded interface{ ErrorCode() string }
	if errors.As(err, &coded) {
		return coded.ErrorCode()
	}
	return ""
}
