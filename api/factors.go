package api

import (
	"context"

	"projectr/account"
)

// What people show of themselves beside a password.

type factorsOut struct{ Body account.FactorsOf }

func factors(ctx context.Context, v Visitor, _ struct{}) (factorsOut, error) {
	f, err := v.accounts.Factors(ctx, v.Who)
	return factorsOut{f}, err
}

type totpOfferOut struct{ Body account.TOTPOffer }

func offerTOTP(ctx context.Context, v Visitor, _ struct{}) (totpOfferOut, error) {
	traceOf(ctx).idle = true // nothing is kept until the first code is shown
	o, err := v.accounts.OfferTOTP(ctx, v.Who)
	return totpOfferOut{o}, err
}

type turnOnIn struct {
	Body struct {
		Token string `json:"token" maxLength:"1000" doc:"Of the offer."`
		Code  string `json:"code" maxLength:"100" doc:"The six digits that the app shows now."`
	} `nameHint:"TOTPStart"`
}

// RecoveryCodes open the account once each in the place of a one-time code.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes" nullable:"false" doc:"Told this once: each is good for one sign-in without the app."`
}

func turnOnTOTP(ctx context.Context, v Visitor, in turnOnIn) (signedInOut[RecoveryCodes], error) {
	codes, s, err := v.accounts.TurnOnTOTP(ctx, v.Who, in.Body.Token, in.Body.Code)
	if err != nil {
		return signedInOut[RecoveryCodes]{}, err
	}
	return signedInOut[RecoveryCodes]{SetCookie: v.keep(s), Body: RecoveryCodes{codes}}, nil
}

func turnOffTOTP(ctx context.Context, v Visitor, _ struct{}) (nothing, error) {
	return nothing{}, v.accounts.TurnOffTOTP(ctx, v.Who)
}

type recoveryOut struct{ Body RecoveryCodes }

func newRecoveryCodes(ctx context.Context, v Visitor, _ struct{}) (recoveryOut, error) {
	codes, err := v.accounts.NewRecoveryCodes(ctx, v.Who)
	return recoveryOut{RecoveryCodes{codes}}, err
}
