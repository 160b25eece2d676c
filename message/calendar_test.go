package message

import (
	"strings"
	"testing"
	"time"

	"projectr"
)

// calendarOf puts properties of an event into a calendar.
func calendarOf(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n" + exchangeZone + "BEGIN:VEVENT\r\nUID:u1\r\nSUMMARY:Site meeting\r\n" + strings.Join(lines, "\r\n") + "\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nSUMMARY:Reminder\r\nDTSTART:19990101T000000Z\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

// exchangeZone describes the zone of New York under a name that says nothing.
const exchangeZone = "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n" +
	"BEGIN:VTIMEZONE\r\nTZID:Last\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n" +
	"BEGIN:VTIMEZONE\r\nTZID:Fixed\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0545\r\nTZOFFSETTO:+0545\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

func TestCalendarTimes(t *testing.T) {
	for _, c := range []struct {
		name, start, end string
		wantStart        string
		wantEnd          string
		allDay, floating bool
	}{
		{"UTC", "DTSTART:20240913T140000Z", "DTEND:20240913T150000Z", "2024-09-13T14:00:00Z", "2024-09-13T15:00:00Z", false, false},
		{"a zone of the database", "DTSTART;TZID=America/New_York:20240913T100000", "DTEND;TZID=America/New_York:20240913T113000", "2024-09-13T10:00:00-04:00", "2024-09-13T11:30:00-04:00", false, false},
		{"with its program's name before it", "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20240113T100000", "", "2024-01-13T10:00:00+01:00", "2024-01-13T10:00:00+01:00", false, false},
		{"of three words", "DTSTART;TZID=/mozilla.org/20050126_1/America/Argentina/Buenos_Aires:20240113T100000", "", "2024-01-13T10:00:00-03:00", "2024-01-13T10:00:00-03:00", false, false},
		{"a zone of Windows", "DTSTART;TZID=Eastern Standard Time:20240713T100000", "DURATION:PT1H30M", "2024-07-13T10:00:00-04:00", "2024-07-13T11:30:00-04:00", false, false},
		{"a zone of Windows in quotes", `DTSTART;TZID="W. Europe Standard Time":20240713T100000`, "DURATION:P1D", "2024-07-13T10:00:00+02:00", "2024-07-14T10:00:00+02:00", false, false},
		{"a zone the calendar describes, in summer", "DTSTART;TZID=Customized Time Zone:20240913T100000", "", "2024-09-13T10:00:00-04:00", "2024-09-13T10:00:00-04:00", false, false},
		{"in winter", "DTSTART;TZID=Customized Time Zone:20240113T100000", "", "2024-01-13T10:00:00-05:00", "2024-01-13T10:00:00-05:00", false, false},
		{"on the day it changes, before", "DTSTART;TZID=Customized Time Zone:20240310T013000", "", "2024-03-10T01:30:00-05:00", "2024-03-10T01:30:00-05:00", false, false},
		{"on the day it changes, after", "DTSTART;TZID=Customized Time Zone:20240310T030000", "", "2024-03-10T03:00:00-04:00", "2024-03-10T03:00:00-04:00", false, false},
		{"from the end of the month", "DTSTART;TZID=Last:20241026T120000", "DTEND;TZID=Last:20241027T120000", "2024-10-26T12:00:00+02:00", "2024-10-27T12:00:00+01:00", false, false},
		{"one offset since long ago", "DTSTART;TZID=Fixed:20240913T100000", "", "2024-09-13T10:00:00+05:45", "2024-09-13T10:00:00+05:45", false, false},
		{"a whole day", "DTSTART;VALUE=DATE:20240913", "", "2024-09-13T00:00:00Z", "2024-09-14T00:00:00Z", true, false},
		{"days", "DTSTART;VALUE=DATE:20240913", "DTEND;VALUE=DATE:20240916", "2024-09-13T00:00:00Z", "2024-09-16T00:00:00Z", true, false},
		{"a whole day by Exchange", "DTSTART;TZID=Europe/Paris:20240913T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "2024-09-13T00:00:00+02:00", "2024-09-13T00:00:00+02:00", true, false},
		{"floating", "DTSTART:20240913T100000", "DURATION:P1W", "2024-09-13T10:00:00Z", "2024-09-20T10:00:00Z", false, true},
		{"a zone nobody knows", "DTSTART;TZID=Nowhere:20240913T100000", "", "2024-09-13T10:00:00Z", "2024-09-13T10:00:00Z", false, true},
		{"the zone of this machine", "DTSTART;TZID=Local:20240913T100000", "", "2024-09-13T10:00:00Z", "2024-09-13T10:00:00Z", false, true},
		{"a path", "DTSTART;TZID=../../etc/passwd:20240913T100000", "", "2024-09-13T10:00:00Z", "2024-09-13T10:00:00Z", false, true},
		{"an end before the start", "DTSTART:20240913T140000Z", "DTEND:20240912T150000Z", "2024-09-13T14:00:00Z", "2024-09-13T14:00:00Z", false, false},
		{"a bad duration", "DTSTART:20240913T140000Z", "DURATION:P99999999D", "2024-09-13T14:00:00Z", "2024-09-13T14:00:00Z", false, false},
		{"no time", "DTSTART:soon", "", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", false, false},
		{"an absurd year", "DTSTART:99990913T140000Z", "", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", false, false},
	} {
		inv := readCalendar(calendarOf(c.start, c.end), "")
		if inv == nil {
			t.Errorf("%s: nothing read", c.name)
			continue
		}
		if s, e := inv.Start.Format(time.RFC3339), inv.End.Format(time.RFC3339); s != c.wantStart || e != c.wantEnd || inv.AllDay != c.allDay || inv.Floating != c.floating {
			t.Errorf("%s: %s to %s, all day %v, floating %v", c.name, s, e, inv.AllDay, inv.Floating)
		}
		if inv.Method != "REQUEST" || inv.UID != "u1" || inv.Summary != "Site meeting" || inv.Recurs {
			t.Errorf("%s: %+v", c.name, inv)
		}
	}
}

func TestCalendarTexts(t *testing.T) {
	inv := readCalendar("BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:not this\nEND:VTODO\nBEGIN:VEVENT\nUID:x\nRECURRENCE-ID:20240913T140000Z\nSUMMARY:moved once\nEND:VEVENT\nBEGIN:VEVENT\nUID:x\nSUMMARY;LANGUAGE=en:Slab\\, pour\\; day\\nand\n  more \\\\ of\n\t it\nLOCATION:12 Mill Lane\\NGate 3\nORGANIZER;CN=\"Hill, Dana: GC\";X=^'y^':MAILTO:dana@b.example\nRRULE:FREQ=WEEKLY\nDTSTART:20240913T140000Z\nEND:VEVENT\nEND:VCALENDAR", "reply")
	want := projectr.Invitation{Method: "REPLY", UID: "x", Summary: "Slab, pour; day and more \\ of it", Location: "12 Mill Lane Gate 3", Recurs: true, Organizer: projectr.MailAddress{Name: "Hill, Dana: GC", Address: "dana@b.example"}, Start: time.Date(2024, 9, 13, 14, 0, 0, 0, time.UTC), End: time.Date(2024, 9, 13, 14, 0, 0, 0, time.UTC)}
	if inv == nil || *inv != want {
		t.Errorf("%+v, want %+v", inv, want)
	}
	for _, s := range []string{"", "x", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VEVENT\nEND:VEVENT", "BEGIN:VEVENT\nDTSTART:x\nEND:VEVENT"} {
		if inv := readCalendar(s, ""); inv != nil {
			t.Errorf("%q: %+v", s, inv)
		}
	}
	long := readCalendar(calendarOf("DTSTART:20240913T140000Z", "LOCATION:"+strings.Repeat("é", 5000)), "")
	if n := len([]rune(long.Location)); n != maxCalendarText {
		t.Errorf("a location of %d letters", n)
	}
}

// TestInvitation finds the calendar in a mail: the part of that type before a
// file of that name, and the method of the media type where the calendar has
// none.
func TestInvitation(t *testing.T) {
	ics := func(uid string) string {
		return "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:" + uid + "\nDTSTART:20240913T140000Z\nSUMMARY:Début\nEND:VEVENT\nEND:VCALENDAR\n"
	}
	m := mustParse(t, siteMail("--b\nContent-Type: application/octet-stream; name=invite.ics\n\n"+ics("file")+"\n--b\n"+plain+"\n\nhi\n--b\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n"+ics("part")+"\n--b--\n", mixed, nil))
	if m.Invitation == nil || m.Invitation.UID != "part" || m.Invitation.Method != "REQUEST" || m.Invitation.Summary != "Début" || len(m.Attachments) != 2 {
		t.Errorf("%+v", m.Invitation)
	}
	m = mustParse(t, siteMail("--b\n"+plain+"\n\nhi\n--b\nContent-Type: application/octet-stream; name=invite.ics\nContent-Disposition: attachment\n\n"+ics("file")+"\n--b--\n", mixed, nil))
	if m.Invitation == nil || m.Invitation.UID != "file" {
		t.Errorf("%+v", m.Invitation)
	}
	m = mustParse(t, siteMail(ics("alone"), "Content-Type: text/calendar; method=CANCEL", nil))
	if m.Invitation == nil || m.Invitation.UID != "alone" || m.Invitation.Method != "CANCEL" {
		t.Errorf("%+v", m.Invitation)
	}
	m = mustParse(t, siteMail("--b\n"+plain+"\n\nhi\n--b\nContent-Type: message/rfc822\n\n"+siteMail(ics("inside"), "Content-Type: text/calendar; method=REQUEST", nil)+"\n--b--\n", mixed, nil))
	if m.Invitation != nil || len(m.Forwarded) != 1 || m.Forwarded[0].Invitation == nil || m.Forwarded[0].Message(m).Invitation.UID != "inside" {
		t.Errorf("%+v %+v", m.Invitation, m.Forwarded)
	}
	if mustParse(t, siteMail(siteText, plain, nil)).Invitation != nil {
		t.Error("an invitation out of nothing")
	}
	big := ics("big") + strings.Repeat("X-FILL:"+strings.Repeat("x", 100)+"\n", 20_000)
	if m := mustParse(t, siteMail(big, "Content-Type: text/calendar", nil)); m.Invitation == nil || m.Attachments[0].Size < 2_000_000 {
		t.Errorf("%+v", m.Invitation)
	}
}

// TestWindowsZones loads every zone of the table.
func TestWindowsZones(t *testing.T) {
	for name := range windowsZones {
		if zoneNamed(name) == nil {
			t.Errorf("%s has no zone", name)
		}
	}
}
