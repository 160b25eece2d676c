package api

import (
	"context"

	"projectr"
)

func getSettings(ctx context.Context, c Caller, _ OrgIn) (projectr.Settings, error) {
	return c.Org.Settings(ctx)
}

type changeSettingsIn struct {
	OrgIn
	Body struct {
		Extractor   sent[string]   `json:"extractor,omitempty" doc:"rules or model."`
		Models      sent[[]string] `json:"models,omitempty" doc:"The models that may read, in the order in which they are asked. Empty: the installation's."`
		NoAIWords   sent[[]string] `json:"no_ai_words,omitempty" doc:"A mail with one of these words, in subject, text or files, is never sent to a model."`
		NoAISenders sent[[]string] `json:"no_ai_senders,omitempty" doc:"Mail of these senders (jo@x.example, @x.example) is never sent to a model."`
		FileFrom    *int           `json:"file_from,omitempty" doc:"From how many percent of certainty a mail is filed without asking, 50 to 100."`
	} `nameHint:"SettingsChange"`
}

func changeSettings(ctx context.Context, c Caller, in changeSettingsIn) (projectr.Settings, error) {
	b := in.Body
	return c.Org.ChangeSettings(ctx, func(s *projectr.Settings) {
		b.Extractor.to(&s.Extractor)
		b.Models.to(&s.Models)
		b.NoAIWords.to(&s.NoAIWords)
		b.NoAISenders.to(&s.NoAISenders)
		if b.FileFrom != nil {
			s.FileFrom = *b.FileFrom
		}
	})
}
