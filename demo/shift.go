package demo

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the mails are in several charsets
)

// Shift returns raw with every date moved by so many whole weeks: the Date
// header and the dates people wrote in subject and text, so that the mail reads
// as if it had been written that much later. Whole weeks keep every weekday
// true. Bytes of attachments stay as they are.
func Shift(raw []byte, weeks int) ([]byte, error) {
	ent, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	sent, err := time.Parse("Mon, 02 Jan 2006 15:04:05 -0700", ent.Header.Get("Date"))
	if err != nil {
		return nil, fmt.Errorf("read date: %w", err)
	}
	s := shifter{sent: sent, days: 7 * weeks}
	ent.Header.Set("Date", sent.AddDate(0, 0, s.days).Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	if subject, err := ent.Header.Text("Subject"); err == nil {
		ent.Header.SetText("Subject", s.text(subject))
	}
	// A thread sent again at another date is another thread.
	for _, name := range []string{"Message-Id", "In-Reply-To", "References"} {
		if v := ent.Header.Get(name); v != "" {
			ent.Header.Set(name, strings.ReplaceAll(v, "@", fmt.Sprintf(".w%d@", weeks)))
		}
	}
	var out bytes.Buffer
	if err := s.entity(&out, nil, ent); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

type shifter struct {
	sent time.Time
	days int
}

// entity writes ent, or a part of a multipart mail when parent is given.
func (s shifter) entity(out io.Writer, parent *message.Writer, ent *message.Entity) error {
	mr := ent.MultipartReader()
	media, params, _ := ent.Header.ContentType()
	text := mr == nil && strings.HasPrefix(media, "text/")
	if text {
		params["charset"] = "utf-8"
		ent.Header.SetContentType(media, params)
		ent.Header.Set("Content-Transfer-Encoding", "quoted-printable")
	}
	var w *message.Writer
	var err error
	if parent == nil {
		w, err = message.CreateWriter(out, ent.Header)
	} else {
		w, err = parent.CreatePart(ent.Header)
	}
	if err != nil {
		return err
	}
	switch {
	case mr != nil:
		for {
			part, err := mr.NextPart()
			if err == io.EOF {
				break
			}
			if err != nil {
				return fmt.Errorf("read part: %w", err)
			}
			if err := s.entity(nil, w, part); err != nil {
				return err
			}
		}
	case text:
		b, err := io.ReadAll(io.LimitReader(ent.Body, 1<<20))
		if err != nil {
			return fmt.Errorf("read text: %w", err)
		}
		if _, err := io.WriteString(w, s.text(string(b))); err != nil {
			return err
		}
	default:
		if _, err := io.Copy(w, ent.Body); err != nil {
			return err
		}
	}
	return w.Close()
}

const (
	months   = `Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?`
	weekdays = `Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|lunes|weds`
)

var (
	// October 7 · Sept 10 · Friday, July 19, 2024 · October 9 and 10
	monthDay = regexp.MustCompile(`\b(` + months + `)(\.?) (\d{1,2})((?:, ?| )(?:19|20)\d\d)?(?: and (\d{1,2}))?\b`)
	// 9/26 · 10/17/24 · 14/02/2025, only behind a word or sign that dates have
	slashed = regexp.MustCompile(`(?i)(\b(?:by|since|on|before|after|of|held|ending|next|DR|Tue|Wed|Thu|Fri|Mon|than|due|meeting|could move|completion|until|Start demo|REPORT|minutes|Thursday|Friday|Monday|Tuesday|Wednesday|by:)[ :(]+\(?|\()(\d{1,2})/(\d{1,2})(/(?:\d{4}|\d\d))?\b`)
	// the 22nd · Monday the 16th · lunes 23 · from the 17th to weds 22nd
	ordinal = regexp.MustCompile(`(?i)\b((?:the|` + weekdays + `) )(\d{1,2})(st|nd|rd|th)?\b`)
)

// text moves the dates in a text.
func (s shifter) text(t string) string {
	t = monthDay.ReplaceAllStringFunc(t, func(m string) string {
		g := monthDay.FindStringSubmatch(m)
		month, ok := monthNamed(g[1])
		day, _ := strconv.Atoi(g[3])
		if !ok || day < 1 || day > 31 {
			return m
		}
		year := s.near(month, day)
		if g[4] != "" {
			year, _ = strconv.Atoi(strings.Trim(g[4], ", "))
		}
		to := time.Date(year, month, day, 12, 0, 0, 0, time.UTC).AddDate(0, 0, s.days)
		name := to.Month().String()
		if len(g[1]) <= 4 && g[1] != month.String() {
			name = to.Format("Jan")
		}
		year4 := ""
		if g[4] != "" {
			year4 = strings.TrimRight(g[4], "0123456789") + to.Format("2006")
		}
		and := ""
		if second, err := strconv.Atoi(g[5]); err == nil {
			and = " and " + strconv.Itoa(to.AddDate(0, 0, second-day).Day())
		}
		return name + g[2] + " " + strconv.Itoa(to.Day()) + year4 + and
	})
	t = slashed.ReplaceAllStringFunc(t, func(m string) string {
		g := slashed.FindStringSubmatch(m)
		a, _ := strconv.Atoi(g[2])
		b, _ := strconv.Atoi(g[3])
		_, offset := s.sent.Zone()
		dayFirst := offset >= 0 || a > 12 // the mails from Ireland
		if dayFirst {
			a, b = b, a
		}
		if a < 1 || a > 12 || b < 1 || b > 31 {
			return m
		}
		year, layout := s.near(time.Month(a), b), "1/2"
		if g[4] != "" {
			y, _ := strconv.Atoi(g[4][1:])
			if y < 100 {
				y, layout = y+2000, "1/2/06"
			} else {
				layout = "01/02/2006"
			}
			year = y
		}
		if dayFirst {
			layout = strings.NewReplacer("01/02", "02/01", "1/2", "2/1").Replace(layout)
		}
		return g[1] + time.Date(year, time.Month(a), b, 12, 0, 0, 0, time.UTC).AddDate(0, 0, s.days).Format(layout)
	})
	return ordinal.ReplaceAllStringFunc(t, func(m string) string {
		g := ordinal.FindStringSubmatch(m)
		day, _ := strconv.Atoi(g[2])
		if g[3] == "" && !strings.EqualFold(strings.TrimSpace(g[1]), "lunes") || day < 1 || day > 31 {
			return m // "the 340 swung over"
		}
		at := s.sent
		for range 31 { // the next day of that number
			if at.Day() == day {
				break
			}
			at = at.AddDate(0, 0, 1)
		}
		if at.Day() != day {
			return m
		}
		to := at.AddDate(0, 0, s.days).Day()
		if g[3] == "" {
			return g[1] + strconv.Itoa(to)
		}
		return g[1] + strconv.Itoa(to) + suffix(to)
	})
}

// near returns the year in which month and day are nearest to the mail's date.
func (s shifter) near(month time.Month, day int) int {
	best, at := s.sent.Year(), time.Duration(1<<62)
	for y := s.sent.Year() - 1; y <= s.sent.Year()+1; y++ {
		d := time.Date(y, month, day, 12, 0, 0, 0, time.UTC).Sub(s.sent).Abs()
		if d < at {
			best, at = y, d
		}
	}
	return best
}

func monthNamed(s string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), strings.ToLower(s[:3])) {
			return m, true
		}
	}
	return 0, false
}

func suffix(day int) string {
	switch {
	case day%10 == 1 && day != 11:
		return "st"
	case day%10 == 2 && day != 12:
		return "nd"
	case day%10 == 3 && day != 13:
		return "rd"
	}
	return "th"
}
