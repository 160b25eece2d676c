package api

import (
	"context"
	"slices"

	"projectr"
)

func getSettings(ctx context.Context, c Caller, _ OrgIn) (projectr.Settings, error) {
	return c.Org.Settings(ctx)
}

// ReadingChange is what is sent of the settings that say what reads the mail.
type ReadingChange struct {
	Extractor   sent[string]   `json:"extractor,omitempty" doc:"rules or model."`
	Models      sent[[]string] `json:"models,omitempty" doc:"The models that may read, in the order in which they are asked. Empty: the installation's."`
	NoAIWords   sent[[]string] `json:"no_ai_words,omitempty" doc:"A mail with one of these words, in subject, text or files, is never sent to a model."`
	NoAISenders sent[[]string] `json:"no_ai_senders,omitempty" doc:"Mail of these senders (jo@x.example, @x.example) is never sent to a model."`
}

func (b ReadingChange) to(s *projectr.Settings) {
	b.Extractor.to(&s.Extractor)
	b.Models.to(&s.Models)
	b.NoAIWords.to(&s.NoAIWords)
	b.NoAISenders.to(&s.NoAISenders)
}

type changeSettingsIn struct {
	OrgIn
	Body struct {
		ReadingChange
		FileFrom *int        `json:"file_from,omitempty" doc:"From how many percent of certainty a mail is filed without asking, 50 to 100."`
		AskAbove *int64      `json:"ask_above_micro_usd,omitempty" doc:"Having mail read again that is likely to cost more than this is asked about once more, and so is a change of what reads mail that is likely to cost more than this a month."`
		AlertAt  sent[[]int] `json:"alert_at,omitempty" doc:"At which percentages of the plan's limits the admins are told, at most 5 of 1 to 100, beside 100, at which they always are."`
		Accepted *int64      `json:"accepted_micro_usd,omitempty" minimum:"0" doc:"The cost_micro_usd that settings/price said and somebody accepted; it covers a tenth more. Needed where it said ask_again and what it costs."`

		RequireSecondFactor   *bool `json:"require_second_factor,omitempty" doc:"Whether only people with a second factor may enter. Asks for a person who has shown who they are of late; to turn it on, with a second factor."`
		RequireAuthentication *bool `json:"require_authentication,omitempty" doc:"Whether mail is kept in quarantine unless SPF, DKIM or DMARC proves who sent it."`
	} `nameHint:"SettingsChange"`
}

func changeSettings(ctx context.Context, c Caller, in changeSettingsIn) (projectr.Settings, error) {
	b := in.Body
	if b.RequireSecondFactor != nil { // it decides who gets in: no key may, and nobody who would lock themselves out
		if err := c.Site.recent(c.who); err != nil {
			return projectr.Settings{}, err
		}
		if *b.RequireSecondFactor && !c.who.TwoProofs() {
			return projectr.Settings{}, errFactorFirst
		}
	}
	if err := c.affords(ctx, b.ReadingChange, b.Accepted); err != nil {
		return projectr.Settings{}, err
	}
	is, err := c.Org.ChangeSettings(ctx, func(s *projectr.Settings) {
		b.ReadingChange.to(s)
		b.AlertAt.to(&s.AlertAt)
		if b.AskAbove != nil {
			s.AskAbove = *b.AskAbove
		}
		if b.FileFrom != nil {
			s.FileFrom = *b.FileFrom
		}
		if b.RequireSecondFactor != nil {
			s.RequireSecondFactor = *b.RequireSecondFactor
		}
		if b.RequireAuthentication != nil {
			s.RequireAuthentication = *b.RequireAuthentication
		}
	})
	if err == nil && b.RequireAuthentication != nil && c.Site.nudge != nil {
		c.Site.nudge() // mail may wait for nothing any more
	}
	return is, err
}

// affords refuses a change of what reads the mail whose price nobody has accepted. What
// has rules read, or leaves what reads as it is, costs nothing more.
func (c Caller) affords(ctx context.Context, b ReadingChange, accepted *int64) error {
	if !b.Extractor.Is && !b.Models.Is {
		return nil
	}
	was, err := c.Org.Settings(ctx)
	if err != nil {
		return err
	}
	is, err := b.of(was)
	if err != nil || !is.ByModel() || is.Extractor == was.Extractor && slices.Equal(is.Models, was.Models) {
		return err
	}
	p, err := c.price(ctx, is)
	if err != nil {
		return err
	}
	return p.Accept(accepted)
}

// of is what was becomes by the change, which has to be valid.
func (b ReadingChange) of(was projectr.Settings) (projectr.Settings, error) {
	b.to(&was)
	return was.Validate()
}

func (c Caller) price(ctx context.Context, is projectr.Settings) (projectr.SettingsPrice, error) {
	if c.Site.price == nil {
		return projectr.SettingsPrice{}, &projectr.Error{Kind: projectr.Unavailable, Message: "What this costs cannot be reckoned just now. Try again in a moment."}
	}
	return c.Site.price(ctx, c.Org, is)
}

type priceSettingsIn struct {
	OrgIn
	Body ReadingChange
}

func priceSettings(ctx context.Context, c Caller, in priceSettingsIn) (projectr.SettingsPrice, error) {
	traceOf(ctx).idle = true
	was, err := c.Org.Settings(ctx)
	if err != nil {
		return projectr.SettingsPrice{}, err
	}
	is, err := in.Body.of(was)
	if err != nil {
		return projectr.SettingsPrice{}, err
	}
	return c.price(ctx, is)
}

var errFactorFirst = &projectr.Error{Kind: projectr.Conflict, Field: "require_second_factor",
	Message: "Come in with a second factor yourself first: set one up in your security settings, or sign in anew with the one you have. Else this would lock you out."}
