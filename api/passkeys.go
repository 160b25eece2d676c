package api

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"projectr"
)

// Passkeys (Web Authentication, W3C, level 3). What a browser is asked, and what it
// answers, goes through as it is: account reads it.

// credential is an object that a browser reads or writes.
type credential struct{ json.RawMessage }

// Schema describes it as any object.
func (credential) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "object", AdditionalProperties: true}
}

// PasskeyQuestion is what a browser is asked with.
type PasskeyQuestion struct {
	Options credential `json:"options" doc:"The member publicKey of what navigator.credentials.create or get is called with, as JSON."`
}

type questionOut struct{ Body PasskeyQuestion }

func questionOf(ctx context.Context, options json.RawMessage, err error) (questionOut, error) {
	traceOf(ctx).idle = true // nothing is changed until it is answered
	return questionOut{PasskeyQuestion{credential{options}}}, err
}

func askPasskey(ctx context.Context, v Visitor, _ struct{}) (questionOut, error) {
	q, err := v.accounts.AskPasskey(ctx, v.From)
	return questionOf(ctx, q, err)
}

type passkeySignInIn struct {
	Body struct {
		Credential credential `json:"credential" doc:"What navigator.credentials.get answered, as JSON."`
	} `nameHint:"PasskeySignIn"`
}

func signInByPasskey(ctx context.Context, v Visitor, in passkeySignInIn) (signedInOut[Me], error) {
	s, err := v.accounts.SignInByPasskey(ctx, in.Body.Credential.RawMessage, v.visit())
	if err != nil {
		return signedInOut[Me]{}, err
	}
	return v.begun(ctx, s)
}

type passkeysOut struct{ Body List[projectr.Passkey] }

func listPasskeys(ctx context.Context, v Visitor, _ struct{}) (passkeysOut, error) {
	list, err := v.accounts.Passkeys(ctx, v.Who)
	if list == nil {
		list = []projectr.Passkey{}
	}
	return passkeysOut{List[projectr.Passkey]{Items: list}}, err
}

func offerPasskey(ctx context.Context, v Visitor, _ struct{}) (questionOut, error) {
	q, err := v.accounts.OfferPasskey(ctx, v.Who)
	return questionOf(ctx, q, err)
}

type addPasskeyIn struct {
	Body struct {
		Name       string     `json:"name" maxLength:"400" doc:"What the person calls it."`
		Credential credential `json:"credential" doc:"What navigator.credentials.create answered, as JSON."`
	} `nameHint:"PasskeyStart"`
}

func addPasskey(ctx context.Context, v Visitor, in addPasskeyIn) (signedInOut[projectr.Passkey], error) {
	k, s, err := v.accounts.AddPasskey(ctx, v.Who, in.Body.Name, in.Body.Credential.RawMessage)
	if err != nil {
		return signedInOut[projectr.Passkey]{}, err
	}
	traceOf(ctx).step.target = shortID(k.ID)
	return signedInOut[projectr.Passkey]{SetCookie: v.keep(s), Body: k}, nil
}

type passkeyIn struct {
	ID string `path:"id" maxLength:"1400" doc:"The passkey's id."`
}

type renamePasskeyIn struct {
	ID   string `path:"id" maxLength:"1400" doc:"The passkey's id."`
	Body struct {
		Name string `json:"name" maxLength:"400" doc:"What the person calls it."`
	} `nameHint:"PasskeyChange"`
}

func renamePasskey(ctx context.Context, v Visitor, in renamePasskeyIn) (nothing, error) {
	return nothing{}, v.accounts.RenamePasskey(ctx, v.Who, in.ID, in.Body.Name)
}

func removePasskey(ctx context.Context, v Visitor, in passkeyIn) (nothing, error) {
	return nothing{}, v.accounts.RemovePasskey(ctx, v.Who, in.ID)
}
