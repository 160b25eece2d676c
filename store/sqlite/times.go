package sqlite

import (
	"database/sql"
	"time"
)

// Times are kept as microseconds since 1970, UTC: they sort as numbers and a
// page of them is small.

func micros(t time.Time) int64 { return t.UnixMicro() }

func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// optional keeps the zero time as NULL.
func optional(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

func optionalMoment(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return moment(v.Int64)
}

// offset returns t's minutes east of UTC; a mail's date is shown as it was
// written.
func offset(t time.Time) int64 {
	_, seconds := t.Zone()
	return int64(seconds / 60)
}

func zoned(us, minutes int64) time.Time {
	if minutes == 0 {
		return moment(us)
	}
	return time.UnixMicro(us).In(time.FixedZone("", int(minutes)*60))
}

// dayOf returns the day t falls on in zone, in days since 1970-01-01.
func dayOf(t time.Time, zone *time.Location) int64 {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// weekOf returns the Monday of t's week in zone, in days since 1970-01-01.
func weekOf(t time.Time, zone *time.Location) int64 {
	d := dayOf(t, zone)
	return d - floorMod(d+3, 7) // 1970-01-01 was a Thursday
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }

func dateOf(day int64) string { return time.Unix(day*86400, 0).UTC().Format(time.DateOnly) }

// zone returns a time zone by name; an unknown one is UTC.
func (d *Driver) zone(name string) *time.Location {
	if z, ok := d.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		z = time.UTC
	}
	d.zones.Store(name, z)
	return z
}

func (v view) zone(d *Driver) (*time.Location, error) {
	var name string
	err := v.one(`SELECT time_zone FROM orgs WHERE num = :org`, nil, &name)
	return d.zone(name), or(err, errNoOrg)
}
