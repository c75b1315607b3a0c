// Compares packages/transparency-log with golang.org/x/mod/sumdb, in both directions:
//
//	go run . make    writes vectors: trees, proofs and notes made by Go, for us to verify
//	go run . check   reads ours from standard input, in the same shape, and verifies them with Go
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Vectors is a log whose record n is "record n", its roots and proofs, and its checkpoints as signed notes.
type Vectors struct {
	Roots       []string      `json:"roots"` // of every size from 0 on
	Inclusions  []Inclusion   `json:"inclusions"`
	Consistency []Consistency `json:"consistency"`
	VerifierKey string        `json:"verifierKey"`
	Notes       []string      `json:"notes"` // a checkpoint of every size of the notes
}

type Inclusion struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Path  []string `json:"path"`
}

type Consistency struct {
	First  int64    `json:"first"`
	Second int64    `json:"second"`
	Path   []string `json:"path"`
}

const (
	sizeMax = 17
	name    = "rollcall.test/audit"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("go run . make | check")
	}
	switch os.Args[1] {
	case "make":
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", " ")
		must(encoder.Encode(makeVectors()))
	case "check":
		input, err := io.ReadAll(os.Stdin)
		must(err)
		var vectors Vectors
		must(json.Unmarshal(input, &vectors))
		fmt.Println(check(vectors), "verified")
	default:
		log.Fatal("go run . make | check")
	}
}

func record(n int64) []byte { return []byte(fmt.Sprintf("record %d", n)) }

type hashes []tlog.Hash

func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	read := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		read[i] = (*h)[index]
	}
	return read, nil
}

func makeVectors() Vectors {
	var stored hashes
	vectors := Vectors{}
	signer, verifier := newKey()
	vectors.VerifierKey = verifier
	empty, err := tlog.TreeHash(0, &stored)
	must(err)
	vectors.Roots = append(vectors.Roots, encode(empty))
	for size := int64(1); size <= sizeMax; size++ {
		added, err := tlog.StoredHashes(size-1, record(size-1), &stored)
		must(err)
		stored = append(stored, added...)
		root, err := tlog.TreeHash(size, &stored)
		must(err)
		vectors.Roots = append(vectors.Roots, encode(root))
		for index := int64(0); index < size; index++ {
			proof, err := tlog.ProveRecord(size, index, &stored)
			must(err)
			vectors.Inclusions = append(vectors.Inclusions, Inclusion{index, size, encodeAll(proof)})
		}
		for first := int64(1); first <= size; first++ {
			proof, err := tlog.ProveTree(size, first, &stored)
			must(err)
			vectors.Consistency = append(vectors.Consistency, Consistency{first, size, encodeAll(proof)})
		}
		text := fmt.Sprintf("%s\n%d\n%s\n", name, size, encode(root))
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		must(err)
		vectors.Notes = append(vectors.Notes, string(signed))
	}
	return vectors
}

func check(v Vectors) int {
	verified := 0
	for _, inclusion := range v.Inclusions {
		leaf := tlog.RecordHash(record(inclusion.Index))
		must(tlog.CheckRecord(decodeAll(inclusion.Path), inclusion.Size, decode(v.Roots[inclusion.Size]), inclusion.Index, leaf))
		verified++
	}
	for _, consistency := range v.Consistency {
		must(tlog.CheckTree(decodeAll(consistency.Path), consistency.Second, decode(v.Roots[consistency.Second]), consistency.First, decode(v.Roots[consistency.First])))
		verified++
	}
	verifier, err := note.NewVerifier(v.VerifierKey)
	must(err)
	for i, text := range v.Notes {
		opened, err := note.Open([]byte(text), note.VerifierList(verifier))
		must(err)
		want := fmt.Sprintf("%s\n%d\n%s\n", name, i+1, v.Roots[i+1])
		if opened.Text != want {
			log.Fatalf("a note says %q, want %q", opened.Text, want)
		}
		verified++
	}
	return verified
}

// newKey makes a key of zeros, so that the vectors are the same each time. It signs nothing else.
func newKey() (note.Signer, string) {
	signerKey, verifierKey, err := note.GenerateKey(bytes.NewReader(make([]byte, 64)), name)
	must(err)
	signer, err := note.NewSigner(signerKey)
	must(err)
	return signer, verifierKey
}

func encode(hash tlog.Hash) string { return base64.StdEncoding.EncodeToString(hash[:]) }

func decode(text string) tlog.Hash {
	hash, err := tlog.ParseHash(text)
	must(err)
	return hash
}

func encodeAll(hashes []tlog.Hash) []string {
	encoded := []string{}
	for _, hash := range hashes {
		encoded = append(encoded, encode(hash))
	}
	return encoded
}

func decodeAll(texts []string) []tlog.Hash {
	var decoded []tlog.Hash
	for _, text := range texts {
		decoded = append(decoded, decode(text))
	}
	return decoded
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
