// Package main lets golang.org/x/mod/sumdb check another implementation of the same formats, or
// write down what it says itself:
//
//	GO111MODULE=off GOPATH=... go run foreign.go check < ours.json
//	GO111MODULE=off GOPATH=... go run foreign.go write > go-sumdb.json
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A tree as sumdb tells it; a path is its hashes in hex.
type tree struct {
	Size        int64      `json:"size"`
	Root        string     `json:"root"`
	Inclusion   [][]string `json:"inclusion"`
	Consistency [][]string `json:"consistency"`
}

type signed struct {
	Key  string `json:"vkey"`
	Text string `json:"text"`
	Note string `json:"note"`
}

type story struct {
	Trees []tree   `json:"trees"`
	Notes []signed `json:"notes"`
	Tiles []string `json:"tiles"`
}

const name = "example.edu.cn/ip-ledger"

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The entries of every golden tree.
func entry(index int64) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("entry %d ", index), int(1+index%7)))
}

type hashes []tlog.Hash

func (stored hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		found[at] = stored[index]
	}
	return found, nil
}

func stored(size int64) hashes {
	var all hashes
	for at := int64(0); at < size; at++ {
		more, err := tlog.StoredHashes(at, entry(at), all)
		must(err)
		all = append(all, more...)
	}
	return all
}

func hexes(path []tlog.Hash) []string {
	told := []string{}
	for _, hash := range path {
		told = append(told, hex.EncodeToString(hash[:]))
	}
	return told
}

func unhex(path []string) []tlog.Hash {
	found := []tlog.Hash{}
	for _, text := range path {
		data, err := hex.DecodeString(text)
		must(err)
		var hash tlog.Hash
		copy(hash[:], data)
		found = append(found, hash)
	}
	return found
}

func write() {
	var told story
	all := stored(20)
	for size := int64(1); size <= 20; size++ {
		root, err := tlog.TreeHash(size, all)
		must(err)
		one := tree{Size: size, Root: hex.EncodeToString(root[:])}
		for at := int64(0); at < size; at++ {
			path, err := tlog.ProveRecord(size, at, all)
			must(err)
			one.Inclusion = append(one.Inclusion, hexes(path))
			steps, err := tlog.ProveTree(size, at+1, all)
			must(err)
			one.Consistency = append(one.Consistency, hexes(steps))
		}
		told.Trees = append(told.Trees, one)
	}
	seed := make([]byte, 32)
	for at := range seed {
		seed[at] = byte(at)
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	key, err := note.NewEd25519VerifierKey(name, public)
	must(err)
	id := sha256.Sum256(append([]byte(name+"\n\x01"), public...))
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	signer, err := note.NewSigner(
		fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, binary.BigEndian.Uint32(id[:4]), secret))
	must(err)
	for _, text := range []string{"one line\n", "two\n\nparts\n", "知衡\n"} {
		data, err := note.Sign(&note.Note{Text: text}, signer)
		must(err)
		told.Notes = append(told.Notes, signed{key, text, string(data)})
	}
	for _, tile := range tlog.NewTiles(8, 0, 70000) {
		told.Tiles = append(told.Tiles, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
	}
	data, err := json.MarshalIndent(told, "", " ")
	must(err)
	fmt.Println(string(data))
}

func check() {
	var told story
	must(json.NewDecoder(os.Stdin).Decode(&told))
	roots := map[int64]tlog.Hash{}
	for _, one := range told.Trees {
		root := unhex([]string{one.Root})[0]
		roots[one.Size] = root
		for at, path := range one.Inclusion {
			leaf := tlog.RecordHash(entry(int64(at)))
			must(tlog.CheckRecord(unhex(path), one.Size, root, int64(at), leaf))
		}
		for at, path := range one.Consistency {
			older := roots[int64(at)+1]
			must(tlog.CheckTree(unhex(path), one.Size, root, int64(at)+1, older))
		}
	}
	for _, one := range told.Notes {
		verifier, err := note.NewVerifier(one.Key)
		must(err)
		opened, err := note.Open([]byte(one.Note), note.VerifierList(verifier))
		must(err)
		if opened.Text != one.Text {
			must(fmt.Errorf("another text: %q", opened.Text))
		}
	}
	fmt.Printf("%d trees, %d notes\n", len(told.Trees), len(told.Notes))
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "write" {
		write()
	} else {
		check()
	}
}
