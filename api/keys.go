package api

import (
	"context"
	"time"

	"projectr"
)

func listKeys(ctx context.Context, c Caller, in partIn) (List[projectr.APIKey], error) {
	all, err := c.Org.APIKeys(ctx)
	return listOf(part(all, in.page(), func(k projectr.APIKey) string { return string(k.ID) }), err)
}

type createKeyIn struct {
	OrgIn
	Body struct {
		Name      string                `json:"name" maxLength:"200" doc:"What it is for."`
		Role      projectr.Role         `json:"role" enum:"admin,viewer"`
		Scopes    []projectr.Permission `json:"scopes,omitempty" nullable:"false" maxItems:"50" doc:"What it may do of all that its role may, as the routes name it; all of it when left out."`
		ExpiresAt *time.Time            `json:"expires_at,omitempty" doc:"From when it opens nothing; never when left out."`
	} `nameHint:"NewAPIKey"`
}

// CreatedKey is a new API key with its secret.
type CreatedKey struct {
	Key string `json:"key" doc:"The key itself. It is told this once: keep it now."`
	projectr.APIKey
}

// createKey makes an API key. Only a person makes one, who has shown of late who they
// are: a key that makes keys could make one that may do more, or outlives it.
func createKey(ctx context.Context, c Caller, in createKeyIn) (CreatedKey, error) {
	if err := c.Site.recent(c.who); err != nil {
		return CreatedKey{}, err
	}
	var expires time.Time
	if in.Body.ExpiresAt != nil {
		if expires = in.Body.ExpiresAt.UTC(); !expires.After(c.Site.Now()) {
			return CreatedKey{}, &projectr.Error{Kind: projectr.Invalid, Field: "expires_at", Message: "That is over already. Say a later moment, or none."}
		}
	}
	secret, k, err := c.Site.newKey(ctx, c.Org, in.Body.Name, in.Body.Role, expires, in.Body.Scopes...)
	k.By = c.Org.By().Name // as the list tells it
	return CreatedKey{Key: secret, APIKey: k}, err
}

type keyIn struct {
	OrgIn
	ID projectr.KeyID `path:"id" doc:"The key's id."`
}

// revokeKey closes a key: the next request with it is refused.
func revokeKey(ctx context.Context, c Caller, in keyIn) (nothing, error) {
	return nothing{}, c.Org.RevokeAPIKey(ctx, in.ID)
}
