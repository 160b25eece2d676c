package projectr

import "time"

// Invite is an invitation to become a member of an organisation. The secret in its
// link is kept only as a hash.
type Invite struct {
	ID        InviteID  `json:"id"`
	Email     string    `json:"email" doc:"Whom it is for, in lower case."`
	Role      Role      `json:"role" enum:"admin,viewer" doc:"What they will be."`
	By        string    `json:"by" doc:"Who invited them: a name, or what sort of actor it was."`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}
