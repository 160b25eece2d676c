// Command hostile prints the mails of message/hostile, one JSON object a line,
// for the tests in a browser.
//
//	go run ./tools/hostile -to ADDRESS -canary HOST:PORT
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"projectr/message/hostile"
)

func main() {
	to := flag.String("to", "", "address the mails are to")
	canary := flag.String("canary", "", "host:port of a listener that must hear nothing")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	enc := json.NewEncoder(out)
	for _, m := range hostile.Mails(*to, *canary) {
		if err := enc.Encode(m); err != nil {
			fmt.Fprintln(os.Stderr, "hostile:", err)
			os.Exit(1)
		}
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
}
