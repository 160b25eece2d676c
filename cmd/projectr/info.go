package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// Version is set by the release build with -ldflags "-X main.Version=…".
var Version = "dev"

func (p *program) version(_ context.Context, args []string) error {
	if len(args) > 0 {
		return usagef("version takes no arguments.")
	}
	commit := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value
			}
		}
	}
	v := struct {
		Version string `json:"version"`
		Commit  string `json:"commit"`
		Go      string `json:"go"`
	}{Version, commit, runtime.Version()}
	return p.print(v, func(w io.Writer) { fmt.Fprintf(w, "projectr %s, commit %s, %s\n", v.Version, v.Commit, v.Go) })
}

func (p *program) config(_ context.Context, args []string) error {
	f := p.flags("config")
	file := f.String("config", "", "")
	if words, err := parsed(f, args); err != nil || len(words) > 0 {
		return usagef("config takes no words. Run `projectr help config`.")
	}
	c, err := p.settings(*file)
	if err != nil {
		return err
	}
	all := c.Settings()
	return p.print(all, func(w io.Writer) {
		fmt.Fprintln(w, "SETTING\tVALUE\tDEFAULT\tWHAT IT IS")
		for _, s := range all {
			value := s.Value
			if value == "" {
				value = "(not set)"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Name, value, s.Default, s.Doc)
		}
	})
}
