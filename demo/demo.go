// Package demo makes the mail of two invented construction firms: the
// construction mails of testdata, moved to the last weeks, and smaller mails
// that go on arriving. It makes raw mails only; sending them through the
// ordinary SMTP door is the caller's affair.
package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"text/template"
	"time"

	"projectr"
	gold "projectr/testdata/construction-gold"
)

// Person is somebody who signs in.
type Person struct {
	Name, Email string
	Role        projectr.Role
}

// Firm is an organisation of the demo.
type Firm struct {
	Name     string
	Address  string // mail-in name
	Zone     string
	People   []Person
	Projects []projectr.Project
	mails    []string // of testdata, by name
	keys     []string // of projects.json
}

// Mail is one raw mail and where it goes.
type Mail struct {
	Firm string // mail-in name
	From string // envelope sender
	Date time.Time
	Raw  []byte
}

// Firms returns the two firms with their projects.
func Firms() ([]Firm, error) {
	firms := []Firm{
		{
			Name: "Corvallen Builders", Address: "corvallen", Zone: "America/New_York",
			People: []Person{
				{"Mike Tran", "mtran@corvallen.example", projectr.Admin},
				{"Priya Nair", "pnair@corvallen.example", projectr.Viewer},
			},
			keys:  []string{"hollis", "hollis-garage", "maple", "maple-roof", "kestrel", "kestrel-b"},
			mails: []string{"c01", "c02", "c03", "c04", "c05", "c06", "c07", "c11", "c16", "c17", "c18", "c20", "c21", "c23", "c26", "c28"},
		},
		{
			Name: "Tolland General Contractors", Address: "tolland", Zone: "America/New_York",
			People: []Person{
				{"Sam Adeyemi", "sadeyemi@tolland-gc.example", projectr.Admin},
				{"Ellen Marsh", "emarsh@tolland-gc.example", projectr.Viewer},
			},
			keys:  []string{"bridge", "canal", "pawtucket", "okafor", "wexford", "culvert"},
			mails: []string{"c08", "c09", "c10", "c12", "c13", "c14", "c15", "c19", "c22", "c24", "c25", "c27"},
		},
	}
	raw, err := gold.Mails.ReadFile("projects.json")
	if err != nil {
		return nil, err
	}
	var known []struct {
		Key, Name string
		Address   *string
		JobNumber string `json:"job_number"`
		Aliases   []string
		People    []string
	}
	if err := json.Unmarshal(raw, &known); err != nil {
		return nil, fmt.Errorf("read projects.json: %w", err)
	}
	for i := range firms {
		for _, k := range known {
			if !slices.Contains(firms[i].keys, k.Key) {
				continue
			}
			p := projectr.Project{
				Name: k.Name, JobNumber: k.JobNumber, Aliases: k.Aliases, People: k.People,
				Client: client[k.Key], Status: projectr.Active,
			}
			if k.Address != nil {
				p.Address = *k.Address
			}
			if s, ok := status[k.Key]; ok {
				p.Status = s
			}
			firms[i].Projects = append(firms[i].Projects, p)
		}
	}
	return firms, nil
}

var client = map[string]string{
	"hollis": "Miami Valley Health", "hollis-garage": "City of Dayton",
	"maple": "Independent School District", "maple-roof": "Independent School District",
	"kestrel": "Tidewater Development", "kestrel-b": "Tidewater Development",
	"bridge": "Bridge Street Holdings", "canal": "Canal Place LLC", "pawtucket": "Pawtucket Partners",
	"okafor": "Ngozi Okafor", "wexford": "Estuary Water", "culvert": "Tri-County Highways",
}

var status = map[string]projectr.ProjectStatus{
	"hollis-garage": projectr.Bidding, "maple-roof": projectr.Bidding, "kestrel-b": projectr.Closeout,
}

// History returns the mails of the last weeks, oldest first: the construction
// mails, each firm's moved by whole weeks so that its newest is at most a week
// old, smaller mails between them, and those of a stranger and of a calendar.
func History(now time.Time) ([]Mail, error) {
	firms, err := Firms()
	if err != nil {
		return nil, err
	}
	var all []Mail
	for _, f := range firms {
		for _, group := range byProject(f.mails) {
			mails, err := moved(f.Address, group, now)
			if err != nil {
				return nil, err
			}
			all = append(all, mails...)
		}
	}
	for n, at := range noteTimes(now) {
		m, err := Trickle(n, at)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	all = append(all, visits(now)...)
	slices.SortStableFunc(all, func(a, b Mail) int { return a.Date.Compare(b.Date) })
	return all, nil
}

// noteTimes says when the small mails of the last weeks came: about one a
// working day, through nine weeks, and several since yesterday whatever day it
// is, so that the morning's answer has something to say.
func noteTimes(now time.Time) []time.Time {
	var at []time.Time
	for n := range 44 {
		t := now.AddDate(0, 0, -64+n*3/2).Truncate(24 * time.Hour).Add(time.Duration(13*60+(n*137)%480) * time.Minute)
		if wd := t.Weekday(); wd != time.Saturday && wd != time.Sunday && t.Before(now.Add(-30*time.Hour)) {
			at = append(at, t)
		}
	}
	for _, ago := range []time.Duration{22 * time.Hour, 19 * time.Hour, 16*time.Hour + 20*time.Minute, 9 * time.Hour, 5*time.Hour + 40*time.Minute, 3 * time.Hour, 100 * time.Minute, 25 * time.Minute} {
		at = append(at, now.Add(-ago))
	}
	return at
}

// byProject groups mails that speak of one job: they move together.
func byProject(mails []string) [][]string {
	job := map[string]string{
		"c01": "hollis", "c02": "hollis", "c03": "hollis", "c11": "hollis", "c20": "hollis", "c26": "hollis",
		"c04": "kestrel", "c05": "kestrel", "c16": "kestrel", "c18": "kestrel", "c23": "kestrel",
		"c06": "maple", "c07": "maple", "c21": "maple", "c28": "maple",
		"c08": "bridge", "c13": "bridge", "c14": "bridge", "c24": "bridge",
		"c09": "okafor", "c10": "okafor", "c25": "okafor", "c15": "wexford", "c27": "wexford", "c12": "culvert", "c22": "culvert",
	}
	var order []string
	groups := map[string][]string{}
	for _, m := range mails {
		key := job[m]
		if key == "" {
			key = m
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], m)
	}
	var out [][]string
	for _, k := range order {
		out = append(out, groups[k])
	}
	return out
}

func moved(firm string, names []string, now time.Time) ([]Mail, error) {
	var raws [][]byte
	var newest time.Time
	for _, n := range names {
		raw, err := gold.Mails.ReadFile("eml/" + n + ".eml")
		if err != nil {
			return nil, err
		}
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", n, err)
		}
		date, err := m.Header.Date()
		if err != nil {
			return nil, fmt.Errorf("date of %s: %w", n, err)
		}
		if date.After(newest) {
			newest = date
		}
		raws = append(raws, raw)
	}
	weeks := int(now.Add(-2*time.Hour).Sub(newest) / (7 * 24 * time.Hour))
	var out []Mail
	for i, raw := range raws {
		raw, err := Shift(raw, weeks)
		if err != nil {
			return nil, fmt.Errorf("move %s: %w", names[i], err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", names[i], err)
		}
		date, err := m.Header.Date()
		if err != nil {
			return nil, err
		}
		out = append(out, Mail{Firm: firm, From: senderOf(m), Date: date, Raw: raw})
	}
	return out, nil
}

// Trickle returns the n-th of the small mails that go on arriving, dated now.
// Each is different: numbers, amounts and days follow from n and now.
func Trickle(n int, now time.Time) (Mail, error) {
	note := notes[n%len(notes)]
	data := values{N: 30 + n, Rev: 1 + n%4, Price: 1200 + (n*n*370+n*910)%18000, Qty: 4 + n*7%60, Floor: 1 + n%5, now: now}
	var subject, body strings.Builder
	for _, t := range []struct {
		into *strings.Builder
		text string
	}{{&subject, note.subject}, {&body, note.body}} {
		tmpl, err := template.New("note").Parse(t.text)
		if err != nil {
			return Mail{}, err
		}
		if err := tmpl.Execute(t.into, data); err != nil {
			return Mail{}, err
		}
	}
	var raw bytes.Buffer
	from := mail.Address{Name: note.name, Address: note.from}
	to := mail.Address{Name: note.to, Address: note.toAddress}
	fmt.Fprintf(&raw, "From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <note%d.%d@%s>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 8bit\n\n%s\n",
		from.String(), to.String(), subject.String(), now.Format("Mon, 02 Jan 2006 15:04:05 -0700"), n, now.Unix(), note.from[strings.IndexByte(note.from, '@')+1:], body.String())
	return Mail{Firm: note.firm, From: note.from, Date: now, Raw: bytes.ReplaceAll(raw.Bytes(), []byte("\n"), []byte("\r\n"))}, nil
}

// values fills a note.
type values struct {
	N, Rev, Price, Qty, Floor int
	now                       time.Time
}

// Money is the note's amount, such as $12,450.
func (v values) Money() string {
	s := fmt.Sprint(v.Price)
	return "$" + s[:len(s)-3] + "," + s[len(s)-3:]
}

// Day is the working day so many days on, as "Thursday, November 26".
func (v values) Day(ahead int) string { return v.day(ahead).Format("Monday, January 2") }

// Short is the same as "Nov 26".
func (v values) Short(ahead int) string { return v.day(ahead).Format("Jan 2") }

func (v values) day(ahead int) time.Time {
	d := v.now.AddDate(0, 0, ahead)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDate(0, 0, 1)
	}
	return d
}
