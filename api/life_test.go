package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"projectr"
	"projectr/account"
	"projectr/store"
)

// lifeSeed is the seed of what is random in acme's life, so that it makes the same ids
// each time.
const lifeSeed = 1

// event is something that happens to acme and comes by no route.
type event struct {
	name string
	do   func() string // says what it came to
}

// said is what a method answered.
func said(v any, err error) string {
	b, e := json.Marshal(v)
	return fmt.Sprintf("%s %v %v", b, err, e)
}

// life is what an operator, mail and time bring.
func life(h *house, w *town) []event {
	ctx := h.Context()
	acme, err := h.st.AsOperator(ctx, "acme", "to look")
	var mails []projectr.EmailID
	for _, id := range w.own["/emails"] {
		mails = append(mails, projectr.EmailID(id))
	}
	var projects []projectr.ProjectID
	for _, id := range w.own["/projects"] {
		projects = append(projects, projectr.ProjectID(id))
	}
	mail := func(name, to, from, head, body string) event {
		return event{"mail: " + name, func() string {
			raw := []byte(strings.ReplaceAll("From: Dana <"+from+">\nTo: acme@mail.example\nDate: Fri, 06 Mar 2026 09:15:00 -0500\n"+head+"\n\n"+body+"\n", "\n", "\r\n"))
			sum := sha256.Sum256(raw)
			h.road.Spool = letters{name: raw}
			err := h.road.Process(ctx, projectr.Delivery{Key: name, Digest: projectr.Digest(hex.EncodeToString(sum[:])), Size: int64(len(raw)),
				Envelope: projectr.Envelope{From: from, To: []string{to}, ReceivedAt: h.clock.now()}})
			l, e := acme.Emails(ctx, projectr.EmailFilter{Copies: true, Page: projectr.Page{Limit: 200}})
			return said(l, fmt.Errorf("%w, %w", err, e))
		}}
	}
	totals := func() string {
		var all []any
		for _, p := range projects {
			x, err1 := acme.ProjectTotals(ctx, p)
			y, err2 := acme.Timeline(ctx, p, projectr.Page{Limit: 200})
			z, err3 := acme.Emails(ctx, projectr.EmailFilter{Project: p, Page: projectr.Page{Limit: 200}})
			all = append(all, x, y, z, fmt.Sprint(err1, err2, err3))
		}
		l, err := acme.Projects(ctx, projectr.ProjectFilter{Now: h.clock.now(), Due: true, For: w.firm.admin.ID, Page: projectr.Page{Limit: 200}})
		m, err2 := acme.Projects(ctx, projectr.ProjectFilter{Now: h.clock.now(), For: w.firm.admin.ID, Page: projectr.Page{Limit: 200}})
		a, err3 := acme.Audit(ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 1}})
		return said(append(all, l, m, a), fmt.Errorf("%w %w %w", err, err2, err3))
	}
	const known = "admin@acme.example"
	inner := "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m"
	return []event{
		{"enter", func() string { return said(nil, err) }},
		{"who may enter", func() string {
			m, err := h.acc.Belongings(ctx, account.Principal{User: w.both})
			return said(m, err)
		}},
		{"totals before", totals},
		{"a held mail proves to be a copy", func() string {
			l, err := acme.Emails(ctx, projectr.EmailFilter{State: projectr.Held, Page: projectr.Page{Limit: 1}})
			all := []any{l, fmt.Sprint(err)}
			for _, e := range l.Items {
				of := w.firm.filed.ID
				e.State, e.CopyOf = projectr.InReview, &of
				did, err := acme.Release(ctx, projectr.Recording{Email: e, Body: projectr.Body{Text: "A copy."}, Thread: projectr.Thread{ID: e.ThreadID}})
				first, err2 := acme.Email(ctx, of)
				all = append(all, did, first, fmt.Sprint(err, err2))
			}
			return said(all, nil)
		}},
		{"projects change", func() string {
			var all []any
			for i, id := range projects {
				p, err := acme.ChangeProject(ctx, id, func(p *projectr.Project) { p.Client = fmt.Sprintf("client %d", i) })
				all = append(all, p, fmt.Sprint(err))
			}
			return said(all, nil)
		}},
		{"a sender", func() string {
			r, err := acme.SaveSender(ctx, "@roof.example", true)
			return said(r, err)
		}},
		mail("new", "acme@mail.example", known, "Subject: Cedar Hall 24-117 door frames\nMessage-ID: <new@acme.example>", "Job 24-117, Cedar Hall: we will order the door frames for $1,200 by March 20."),
		mail("answer", "acme@mail.example", known, "Subject: Re: Ceiling\nMessage-ID: <answer@acme.example>\nIn-Reply-To: <the.first@"+plain+".example>", "Mike will send the drawings by Friday."),
		mail("says it again", "acme@mail.example", known, "Subject: Re: Ceiling\nMessage-ID: <repeat@acme.example>\nIn-Reply-To: <answer@acme.example>", "As I said: Mike will send the drawings by Friday."),
		mail("says otherwise", "acme@mail.example", known, "Subject: Re: Ceiling\nMessage-ID: <other@acme.example>\nIn-Reply-To: <answer@acme.example>", "Correction: Mike will send the drawings by Monday instead of Friday."),
		mail("two threads", "acme@mail.example", known, "Subject: Re: all of it\nMessage-ID: <both@acme.example>\nReferences: <the.first@"+plain+".example> <the.second@"+plain+".example> <new@acme.example>", "We decided to use oak."),
		mail("sent again", "acme@mail.example", known, "Subject: Cedar Hall 24-117 door frames\nMessage-ID: <again@acme.example>", "Job 24-117, Cedar Hall: we will order the door frames for $1,200 by March 20."),
		mail("same subject", "acme@mail.example", known, "Subject: Re: Cedar Hall 24-117 door frames\nMessage-ID: <topic@acme.example>", "The door frames cost $1,300 and not $1,200."),
		mail("by its tag", "acme+24-130@mail.example", known, "Subject: Elm\nMessage-ID: <elm@acme.example>", "The inspection moved to April 2."),
		mail("of the rule", "acme@mail.example", "jo@"+plain+".example", "Subject: doors "+plain+"\nMessage-ID: <rule@acme.example>", "The doors "+plain+" come on March 12."),
		mail("a forward", "acme@mail.example", known, "Subject: Fwd: the roof\nMessage-ID: <fwd@acme.example>\n"+inner,
			"--m\nContent-Type: text/plain\n\nFor you.\n--m\nContent-Type: message/rfc822\n\nFrom: Dana <ann@roof.example>\nTo: acme@mail.example\nSubject: the roof of Cedar Hall\nMessage-ID: <roof@roof.example>\nDate: Fri, 06 Mar 2026 09:15:00 -0500\n\nThe roof leaks at Cedar Hall.\n--m--"),
		mail("what was forwarded, itself", "acme@mail.example", "ann@roof.example", "Subject: the roof of Cedar Hall\nMessage-ID: <roof@roof.example>", "The roof leaks at Cedar Hall."),
		mail("a stranger's", "acme@mail.example", "who@nowhere.example", "Subject: hello\nMessage-ID: <hello@nowhere.example>", "Buy now."),
		{"held mail", func() string { return said(nil, h.road.ReleaseOf(ctx, acme)) }},
		{"a reading is taken", func() string {
			r, err := acme.TakeReading(ctx, h.clock.now().AddDate(0, 0, 1), true)
			if err == nil {
				r.Note = "nothing came"
				err = acme.PutOffReading(ctx, r)
			}
			return said(r, err)
		}},
		{"a sample of what was read", func() string {
			m, err := acme.ReadSample(ctx, time.Time{}, 1000)
			return said(m, err)
		}},
		{"readings that are due", func() string {
			n, err := h.road.ReadAgainOf(ctx, acme)
			return said(n, err)
		}},
		{"each mail is read again", func() string {
			var all []any
			for range 2 {
				for _, id := range mails {
					n, err := acme.AskReadings(ctx, []projectr.EmailID{id}, "rules")
					all = append(all, n, fmt.Sprint(err))
				}
			}
			n, err := h.road.ReadAgainOf(ctx, acme)
			all = append(all, n, fmt.Sprint(err))
			for _, id := range mails {
				for _, n := range []int{4, 3, 2, 1} {
					_, err1 := acme.AcceptReading(ctx, id, n)
					_, err2 := acme.UndoReading(ctx, id, n)
					all = append(all, fmt.Sprint(err1, err2))
				}
				l, err := acme.Readings(ctx, id)
				all = append(all, l, fmt.Sprint(err))
			}
			return said(all, nil)
		}},
		{"each mail is searched for and filed", func() string {
			var all []any
			for _, p := range append([]projectr.ProjectID{""}, projects...) {
				for _, words := range []string{"ceiling", "plan " + plain, "drawings", "cedar"} {
					for _, kinds := range [][]string{nil, {"attachment"}, {"mail"}, {"fact"}} {
						l, err := acme.Search(ctx, projectr.SearchQuery{Text: words, Project: p, Kinds: kinds, Page: projectr.Page{Limit: 200}})
						all = append(all, l, fmt.Sprint(err))
					}
				}
			}
			for i, id := range mails {
				to := projects[i%len(projects)]
				all = append(all, fmt.Sprint(acme.FileByPassages(ctx, id, to), acme.FilePassage(ctx, id, 0, to),
					acme.File(ctx, id, to, true), acme.File(ctx, id, projects[(i+1)%len(projects)], true), acme.Unfile(ctx, id), acme.File(ctx, id, to, i%2 == 0)))
				for _, via := range mails[max(0, len(mails)-2):] {
					all = append(all, fmt.Sprint(acme.Arrive(ctx, id, projectr.Arrival{How: "copy", At: h.clock.now(), EmailID: via})))
				}
				e, err := acme.Email(ctx, id)
				all = append(all, e, fmt.Sprint(err))
			}
			return said(all, nil)
		}},
		{"each fact is judged", func() string {
			var all []any
			ids := slices.Clone(w.own["/facts"])
			l, err := acme.Facts(ctx, projectr.FactFilter{Page: projectr.Page{Limit: 200}})
			all = append(all, l, fmt.Sprint(err))
			for _, f := range l.Items {
				ids = append(ids, string(f.ID))
			}
			for i, id := range ids {
				id := projectr.FactID(id)
				for _, j := range []projectr.Judgement{{State: projectr.FactConfirmed}, {State: projectr.FactOpen}, {State: projectr.FactRejected, Reason: "duplicate"}, {State: projectr.FactConfirmed}} {
					if i%2 == 0 {
						f, err := acme.Judge(ctx, id, j)
						all = append(all, f, fmt.Sprint(err))
					}
				}
				c, err := acme.FactChain(ctx, id)
				all = append(all, c, fmt.Sprint(err))
			}
			return said(all, nil)
		}},
		mail("says it once more", "acme@mail.example", known, "Subject: Re: Ceiling\nMessage-ID: <more@acme.example>\nIn-Reply-To: <answer@acme.example>", "Again: Mike will send the drawings by Friday."),
		{"mails are filed by passages", func() string {
			var all []any
			for i, id := range mails {
				all = append(all, fmt.Sprint(acme.FileByPassages(ctx, id, projects[i%len(projects)])))
			}
			return said(all, nil)
		}},
		mail("answers a mail of two projects", "acme@mail.example", known, "Subject: Re: Ceiling\nMessage-ID: <resplit@acme.example>\nIn-Reply-To: <the.split@"+plain+".example>", "The stairs are late."),
		{"each mail that waits is let in", func() string {
			var all []any
			for _, id := range mails {
				all = append(all, fmt.Sprint(h.road.ReleaseOne(ctx, acme, id, "Dana")))
			}
			return said(all, nil)
		}},
		{"rules change", func() string {
			var all []any
			rules, err := acme.FilingRules(ctx)
			all = append(all, rules, fmt.Sprint(err))
			for i, r := range rules {
				r, err := acme.ChangeFilingRule(ctx, r.ID, func(r *projectr.FilingRule) { r.Words = fmt.Sprintf("other %d", i) })
				all = append(all, r, fmt.Sprint(err))
				if i%2 == 0 {
					all = append(all, fmt.Sprint(acme.DropFilingRule(ctx, r.ID)))
				}
			}
			senders, err := acme.Senders(ctx)
			all = append(all, senders, fmt.Sprint(err))
			for _, s := range senders {
				all = append(all, fmt.Sprint(acme.DropSender(ctx, s.ID)))
			}
			return said(all, nil)
		}},
		{"totals", totals},
		{"lists that a page has no route for", func() string {
			x1, e1 := acme.Like(ctx, "the same words")
			x2, e2 := acme.OnTopic(ctx, "the same topic", w.now.AddDate(-2, 0, 0), w.now.AddDate(2, 0, 0))
			x3, e3 := acme.WordUse(ctx, []string{"ceiling", "doors", plain, canary})
			x4, e4 := acme.AllProjects(ctx)
			x5, e5 := acme.Usage(ctx, "2026-01-01", "2026-12-31")
			return said([]any{x1, x2, x3, x4, x5}, fmt.Errorf("%w %w %w %w %w", e1, e2, e3, e4, e5))
		}},
		{"a member's role", func() string { return said(nil, acme.SaveMember(ctx, w.both.ID, projectr.Admin)) }},
		{"roles change", func() string {
			var all []any
			for _, r := range []projectr.Role{projectr.Viewer, projectr.Viewer, projectr.Admin} {
				for _, u := range []projectr.UserID{w.both.ID, w.firm.viewer.ID, w.operator.ID} {
					did, err := acme.ChangeRole(ctx, u, r)
					all = append(all, did, fmt.Sprint(err))
				}
			}
			_, err := acme.ChangeRole(ctx, w.firm.viewer.ID, projectr.Viewer)
			l, err2 := acme.Members(ctx)
			return said(append(all, l), fmt.Errorf("%w %w", err, err2))
		}},
		{"the last admin but one", func() string { return said(nil, acme.SaveMember(ctx, w.both.ID, projectr.Viewer)) }},
		{"a member goes", func() string {
			err := acme.DropMember(ctx, w.both.ID)
			l, e := acme.Members(ctx)
			return said(l, fmt.Errorf("%w %w", err, e))
		}},
		{"the last admin", func() string {
			return said(nil, fmt.Errorf("%w %w", acme.SaveMember(ctx, w.firm.admin.ID, projectr.Viewer), acme.DropMember(ctx, w.firm.admin.ID)))
		}},
		{"calls of a model", func() string {
			out := ""
			ledger := func() {
				x, e1 := acme.Ledger(ctx, projectr.LedgerFilter{Page: projectr.Page{Limit: 200}})
				y, e2 := acme.CallDays(ctx, "2026-01-01", "2026-12-31")
				z, e3 := acme.Spent(ctx)
				out += said([]any{x, y, z}, fmt.Errorf("%w %w %w", e1, e2, e3))
			}
			ledger()
			for i, e := range mails {
				most, cost := int64(5000), int64(100*i)
				id, err := acme.StartCall(ctx, projectr.CallStart{Job: plain + fmt.Sprint(i), EmailID: e, Step: projectr.StepReread, By: acme.By(), Model: "gpt-" + plain, MostMicro: &most})
				out += said(id, err)
				if err != nil || i == 0 {
					continue
				}
				out += said(nil, acme.SettleCall(ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, Tokens: projectr.Tokens{Input: i}, CostMicro: &cost}))
			}
			ledger()
			l, err := acme.Ledger(ctx, projectr.LedgerFilter{Outcome: projectr.CallStarted})
			for _, e := range l.Items {
				out += said(nil, errors.Join(err, acme.SettleCall(ctx, e.ID, projectr.CallEnd{Outcome: projectr.CallTimeout})))
			}
			ledger()
			for i, e := range mails {
				most := int64(5000)
				id, err := acme.StartCall(ctx, projectr.CallStart{Job: plain + "lost" + fmt.Sprint(i), EmailID: e, Step: projectr.StepRead, Model: "gpt-" + plain, MostMicro: &most})
				out += said(id, err)
			}
			h.clock.forward(store.CallLife + time.Minute)
			n, err := acme.LoseCalls(ctx)
			out += said(n, err)
			ledger()
			n, err = acme.PruneLedger(ctx, "2026-12-31")
			out += said(n, err)
			ledger()
			// One that stays, and that a neighbour has the same in all that finds it.
			keys, err := acme.APIKeys(ctx)
			if err != nil || len(keys) == 0 {
				return out + said(keys, err)
			}
			most, cost := int64(5000), int64(300)
			id, err := acme.StartCall(ctx, projectr.CallStart{Job: "once", EmailID: w.firm.tray.ID, Step: projectr.StepReread, By: projectr.Actor{Kind: "key", ID: string(keys[0].ID)}, Model: "gpt-6-luna", MostMicro: &most})
			out += said(id, err)
			out += said(nil, acme.SettleCall(ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, Tokens: projectr.Tokens{Input: 7}, CostMicro: &cost}))
			ledger()
			return out
		}},
		{"readings wait for budget", func() string {
			out := ""
			for range 4 {
				r, err := acme.TakeReading(ctx, h.clock.now().Add(time.Hour), true)
				out += said(r, err)
				if err != nil {
					break
				}
				r.Budget, r.Due = true, h.clock.now().Add(30*24*time.Hour)
				out += said(nil, acme.PutOffReading(ctx, r))
			}
			n, err := acme.ResumeReadings(ctx)
			out += said(n, err)
			r, err := acme.TakeReading(ctx, h.clock.now().Add(time.Hour), true)
			return out + said(r, err)
		}},
		{"a subscription", func() string {
			out := ""
			for _, e := range []string{"", "evt_" + plain, "evt_" + canary} {
				asked := false
				s, err := acme.TakeSubscription(ctx, e, func(context.Context) (projectr.Subscription, error) {
					asked = true
					return projectr.Subscription{ID: "sub_" + plain, State: projectr.PastDue, Plan: "starter", Since: h.clock.now(), AsOf: h.clock.now()}, nil
				})
				out += said(fmt.Sprintf("%+v %v", s, asked), err)
			}
			i, err := acme.Info(ctx)
			out += said(i, err) + said(nil, acme.JoinCustomer(ctx, "cus_"+plain)) + said(nil, acme.JoinCustomer(ctx, "cus_other"))
			_, err = acme.TakeSubscription(ctx, "", func(context.Context) (projectr.Subscription, error) {
				return projectr.Subscription{ID: "sub_" + plain, State: projectr.Subscribed, Plan: "professional", Began: h.clock.now(), AsOf: h.clock.now()}, nil
			})
			out += said(nil, err)
			ended := h.clock.now()
			_, err = acme.TakeSubscription(ctx, "", func(context.Context) (projectr.Subscription, error) {
				return projectr.Subscription{ID: "sub_" + plain, State: projectr.Canceled, Plan: "professional", Began: ended, Since: ended.Add(-projectr.DataKept), AsOf: ended}, nil
			})
			out += said(nil, err)
			for _, s := range []projectr.Subscription{{State: projectr.PastDue, Invoice: "in_1", Since: w.now.Add(time.Hour)}, {State: projectr.PastDue, Invoice: "in_1", Since: w.now.Add(time.Hour)}, {State: projectr.Subscribed, Began: w.now}} {
				_, err = acme.TakeSubscription(ctx, "", func(context.Context) (projectr.Subscription, error) {
					s.ID, s.Plan, s.AsOf = "sub_"+plain, "professional", ended
					return s, nil
				})
				letter, e2 := acme.Remind(ctx, func(_ context.Context, o projectr.Org, s projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
					return r.Kind, fmt.Sprint(o.ID, s.State, r.About), nil
				})
				out += said(letter, errors.Join(err, e2))
			}
			letter, err := acme.WarnOfClosing(ctx)
			i, e2 := acme.Info(ctx)
			out += said([]any{letter, i}, errors.Join(err, e2))
			_, err = acme.TakeSubscription(ctx, "", func(context.Context) (projectr.Subscription, error) {
				return projectr.Subscription{ID: "sub_" + plain, State: projectr.Subscribed, Plan: "professional", Began: w.now, AsOf: ended}, nil
			})
			out += said(nil, errors.Join(err, acme.CheckOpen()))
			most, cost := int64(5000), int64(40)
			id, err := acme.StartCall(ctx, projectr.CallStart{Job: "used", EmailID: w.firm.tray.ID, Step: projectr.StepRead, Model: "gpt-6-luna", MostMicro: &most})
			out += said(id, err) + said(nil, acme.SettleCall(ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: &cost}))
			for range 2 {
				n, err := acme.CountUse(ctx)
				out += said(n, err)
			}
			l, err := acme.Outbox(ctx, projectr.UseWaits)
			out += said(l, err)
			for i, e := range l {
				e, err = acme.TellUse(ctx, e, func(_ context.Context, m projectr.MeterEvent) error {
					if i > 0 {
						return nil
					}
					return fmt.Errorf("%+v is not heard of", m)
				})
				out += said(e, err)
			}
			h.clock.forward(projectr.UseDoubt)
			for _, is := range []projectr.UseState{projectr.UseWaits, projectr.UseTold} {
				l, err := acme.Outbox(ctx, is)
				out += said(l, err)
				for _, e := range l {
					e, err = acme.TellUse(ctx, e, func(context.Context, projectr.MeterEvent) error { return nil })
					out += said(e, err) + said(nil, acme.RetryUse(ctx, e.ID))
				}
			}
			h.clock.forward(100 * 24 * time.Hour)
			pruned, err := acme.PrunePayments(ctx)
			h.clock.forward(-100 * 24 * time.Hour)
			out += said(pruned, err)
			for _, is := range []projectr.UseState{projectr.UseTold, projectr.UseStuck} {
				l, err := acme.Outbox(ctx, is)
				out += said(l, err)
			}
			paid := projectr.Invoice{ID: "in_" + plain, Currency: "USD", Paid: 49_00, PaidAt: h.clock.now()}
			theirs := paid
			theirs.ID = "in_" + canary
			for _, amount := range []int64{49_00, 40_00} {
				paid.Paid = amount
				err := acme.KeepPaid(ctx, []projectr.Invoice{paid, theirs})
				m, over, e := acme.Month(ctx, "")
				out += said([]any{m, over}, fmt.Errorf("%w, %w", err, e))
			}
			return out
		}},
		{"invitations", func() string {
			const week = 7 * 24 * time.Hour
			l, err := acme.Invites(ctx)
			all := []any{l, fmt.Sprint(err)}
			for _, who := range []string{"late@invited.example", "admin@twin.example", w.both.Email} {
				x, err := acme.Invite(ctx, who, projectr.Admin, week, "hash for "+who)
				all = append(all, x, fmt.Sprint(err))
			}
			x, err := h.st.AcceptInvite(ctx, "hash for "+w.both.Email, store.Joining{As: w.both.ID})
			all = append(all, x, fmt.Sprint(err))
			for _, letter := range w.letters {
				x, err := h.st.WriteInvite(ctx, letter, fmt.Sprint("written ", letter))
				all = append(all, x, fmt.Sprint(err))
			}
			for i, was := range l {
				if i%2 == 0 {
					x, err := acme.RenewInvite(ctx, was.ID, week, fmt.Sprint("hash ", i))
					all = append(all, x, fmt.Sprint(err))
				}
				all = append(all, fmt.Sprint(acme.DropInvite(ctx, was.ID)))
			}
			l, err = acme.Invites(ctx)
			return said(append(all, l), err)
		}},
		{"visits", func() string {
			v, err := acme.Visits(ctx)
			_, err2 := h.st.BeginVisit(ctx, w.operator.ID, "acme", "again", time.Hour)
			err3 := h.st.EndVisit(ctx, w.operator.ID, acme.ID())
			c, err4 := acme.VerifyAudit(ctx)
			return said([]any{v, c}, fmt.Errorf("%w %w %w %w", err, err2, err3, err4))
		}},
		{"keys", func() string {
			secret, k, err := h.acc.NewAPIKey(ctx, acme, "another", projectr.Viewer, time.Time{})
			e := acme.RevokeAPIKey(ctx, k.ID)
			l, e2 := acme.APIKeys(ctx)
			for _, k := range l {
				if k.Name == "look "+plain {
					e2 = acme.RevokeAPIKey(ctx, k.ID)
				}
			}
			_, e3 := h.acc.ByKey(ctx, secret)
			return said(l, fmt.Errorf("%w %w %w %w", err, e, e2, e3))
		}},
		{"it is to be deleted, and stays", func() string {
			var all []any
			for _, step := range []func(context.Context) (projectr.Org, error){acme.Leave, acme.Leave, acme.Stay, acme.Stay,
				func(ctx context.Context) (projectr.Org, error) { return acme.Suspend(ctx, true) },
				func(ctx context.Context) (projectr.Org, error) { return acme.Suspend(ctx, false) }} {
				o, err := step(ctx)
				all = append(all, o, fmt.Sprint(err))
			}
			_, err := acme.Leave(ctx)
			return said(all, fmt.Errorf("%w %w", err, h.st.EraseDue(ctx)))
		}},
		{"it stays for good", func() string { o, err := acme.Stay(ctx); return said(o, err) }},
		{"another time zone", func() string {
			i, err := acme.ChangeInfo(ctx, func(o *projectr.Org) { o.TimeZone = "Asia/Tokyo" })
			var weeks []any
			for _, p := range projects {
				l, err := acme.Weeks(ctx, p)
				weeks = append(weeks, l, err)
			}
			return said([]any{i, weeks}, err)
		}},
		{"limits of a smaller plan", func() string {
			all, err := acme.AllProjects(ctx)
			out := said(len(all), err)
			for _, p := range all {
				_, err := acme.ChangeProject(ctx, p.ID, func(p *projectr.Project) { p.Status = projectr.Completed })
				out += said(nil, err)
			}
			_, err = acme.ChangeInfo(ctx, func(i *projectr.Org) { i.Plan = "starter" })
			out += said(nil, err)
			p, err := acme.CreateProject(ctx, projectr.Project{Name: "Small " + plain})
			out += said(p.Name, err)
			u, err := acme.Used(ctx)
			out += said(u, err)
			_, err = acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.AlertAt = []int{1} })
			out += said(nil, err)
			l, err := acme.RaiseAlerts(ctx)
			out += said(l, err)
			l, err = acme.Alerts(ctx)
			return out + said(l, err)
		}},
		{"another name", func() string {
			i, err := acme.Info(ctx)
			j, e := acme.ChangeInfo(ctx, func(o *projectr.Org) { o.Address = "acme-electric" })
			k, e2 := acme.ChangeInfo(ctx, func(o *projectr.Org) { o.Address = "acme" }) // its old one is still its own
			return said([]any{i, j, k}, fmt.Errorf("%w %w %w", err, e, e2))
		}},
	}
}
