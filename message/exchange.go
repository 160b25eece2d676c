package message

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// threadIndex reads the Thread-Index field that Exchange and Outlook write
// (MS-OXOMSG §2.2.1.3): base64 of one reserved byte, five bytes of time and the
// GUID of the conversation, and five bytes more for each answer. It gives the
// GUID in hex; empty for anything that is not of this form.
func threadIndex(s string) string {
	s = strings.Join(strings.Fields(s), "")
	if len(s) > 20_000 {
		return ""
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil || len(b) < 22 || b[0] != 1 || (len(b)-22)%5 != 0 {
		return ""
	}
	guid := b[6:22]
	if strings.Trim(string(guid), "\x00") == "" {
		return ""
	}
	return hex.EncodeToString(guid)
}
