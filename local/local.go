// Package local holds the parts of a self-hosted home, on one machine's disk:
// Spool keeps accepted mail until it is processed, Files keeps raw mails and
// attachments, Relay sends our own mail through a server, Clamd asks a virus
// scanner, Lock makes sure that one process serves a data folder.
//
// What it promises about the disk holds for a local file system that keeps its
// word on fsync (ext4, XFS, Btrfs, ZFS, APFS); a network file system does not.
//
// Each part is a type that some package above declares a port for; it speaks
// the vocabulary of the root package only.
package local
