// Package gold embeds the construction mails with their labels, for the demo
// and for tests that run without files.
package gold

import "embed"

// Mails holds eml/*.eml and projects.json.
//
//go:embed eml/*.eml projects.json
var Mails embed.FS
