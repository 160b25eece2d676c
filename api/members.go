package api

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"projectr"
)

// Member is a user as their organisation sees them.
type Member struct {
	User         projectr.User `json:"user"`
	Role         projectr.Role `json:"role" enum:"admin,viewer"`
	Since        time.Time     `json:"since,omitzero" doc:"Since when they belong here, where that is known."`
	LastSeenAt   *time.Time    `json:"last_seen_at" doc:"Last use of Projectr, to the minute; null: never, or not told to you."`
	SecondFactor *bool         `json:"second_factor" doc:"Whether they show a second proof when they sign in; null: not told to you."`
}

// member is what the caller may know of one of the organisation's people: when a
// colleague works and how they sign in is for admins alone.
func (c Caller) member(m projectr.Member) Member {
	out := Member{User: m.User, Role: m.Role, Since: m.Since}
	if !c.Role.Can(projectr.WriteMembers) && m.User.ID != c.User.ID {
		return out
	}
	out.SecondFactor = &m.User.SecondFactor
	if !m.User.SeenAt.IsZero() {
		out.LastSeenAt = &m.User.SeenAt
	}
	return out
}

func listMembers(ctx context.Context, c Caller, in partIn) (List[Member], error) {
	all, err := c.Org.Members(ctx)
	slices.SortFunc(all, func(a, b projectr.Member) int {
		return cmp.Or(strings.Compare(a.User.Name, b.User.Name), strings.Compare(string(a.User.ID), string(b.User.ID)))
	})
	p := part(all, in.page(), func(m projectr.Member) string { return string(m.User.ID) })
	out := projectr.List[Member]{Next: p.Next}
	for _, m := range p.Items {
		out.Items = append(out.Items, c.member(m))
	}
	return listOf(out, err)
}

// memberOf returns one of the organisation's people, NotFound for anybody else.
func (c Caller) memberOf(ctx context.Context, id projectr.UserID) (projectr.Member, error) {
	all, err := c.Org.Members(ctx)
	if err != nil {
		return projectr.Member{}, err
	}
	i := slices.IndexFunc(all, func(m projectr.Member) bool { return m.User.ID == id })
	if i < 0 {
		return projectr.Member{}, &projectr.Error{Kind: projectr.NotFound, Message: "No such member."}
	}
	return all[i], nil
}

// MemberIn names a member of an organisation.
type MemberIn struct {
	OrgIn
	ID projectr.UserID `path:"id" doc:"The member's user id."`
}

type changeMemberIn struct {
	MemberIn
	Body struct {
		Role projectr.Role `json:"role" enum:"admin,viewer"`
	} `nameHint:"MemberChange"`
}

// changeMember gives a member another role. It makes nobody a member: that takes an
// invitation, which the person accepts.
func changeMember(ctx context.Context, c Caller, in changeMemberIn) (Member, error) {
	m, err := c.memberOf(ctx, in.ID)
	if err != nil {
		return Member{}, err
	}
	changed, err := c.Org.ChangeRole(ctx, m.User.ID, in.Body.Role)
	if err != nil {
		return Member{}, err
	}
	traceOf(ctx).idle = !changed
	m.Role = in.Body.Role
	return c.member(m), nil
}

func dropMember(ctx context.Context, c Caller, in MemberIn) (nothing, error) {
	return nothing{}, c.Org.DropMember(ctx, in.ID)
}

// leave takes the caller out of the organisation.
func leave(ctx context.Context, c Caller, _ OrgIn) (nothing, error) {
	if c.who.Key {
		return nothing{}, &projectr.Error{Kind: projectr.Forbidden, Message: "An API key is no member and cannot leave. Revoke it instead."}
	}
	return nothing{}, c.Org.DropMember(ctx, c.User.ID)
}

type changeOrgIn struct {
	OrgIn
	Body struct {
		Name     *string `json:"name,omitempty" doc:"The company's name as people write it."`
		TimeZone *string `json:"time_zone,omitempty" doc:"IANA name; days and deadlines are reckoned in it."`
	} `nameHint:"OrganisationChange"`
}

// changeOrg changes what admins decide about the organisation's record; plan, mail-in
// name and suspension are the operator's.
func changeOrg(ctx context.Context, c Caller, in changeOrgIn) (OrgView, error) {
	if z := in.Body.TimeZone; z != nil && (*z == "" || *z == "Local") { // both are names to the library, and mean nothing here
		return OrgView{}, &projectr.Error{Kind: projectr.Invalid, Field: "time_zone", Message: "Say a time zone such as America/New_York."}
	}
	if _, err := c.Org.ChangeInfo(ctx, func(o *projectr.Org) {
		if in.Body.Name != nil {
			o.Name = strings.TrimSpace(*in.Body.Name)
		}
		if in.Body.TimeZone != nil {
			o.TimeZone = *in.Body.TimeZone
		}
	}); err != nil {
		return OrgView{}, err
	}
	return getOrg(ctx, c, in.OrgIn)
}
