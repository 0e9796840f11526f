// Follows the facts of a vipcast cluster and prints one line of JSON for each. It uses nothing of vipcast's: NATS,
// MessagePack, and what docs/asyncapi.yaml says.
//
// It asks the stream for one message after the other, so there is no consumer that could fall silent, and its whole
// place is a number. That is good for some thousand facts a second.
//
//	go run . -server nats://127.0.0.1:4222 -cluster default -after 0
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"os"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/vmihailenco/msgpack/v5"
)

// fact is one line of output. Writer, epoch and n are what makes a fact: seen again, it is the same one.
type fact struct {
	Position uint64 `json:"position"`
	Type     string `json:"type"`
	Subject  string `json:"subject"`
	Time     string `json:"time"`
	Writer   string `json:"writer"`
	Epoch    string `json:"epoch"`
	N        string `json:"n"`
	Data     any    `json:"data"`
}

// reader asks a stream for one message after the other.
type reader struct {
	js            jetstream.JetStream
	name, subject string
	next          uint64
	created       time.Time
}

// read gives the next message; jetstream.ErrMsgNotFound when there is none yet. A stream that was made again is read from
// its beginning.
func (r *reader) read() (*jetstream.RawStreamMsg, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	stream, err := r.js.Stream(ctx, r.name)
	if err != nil {
		return nil, err
	}
	info := stream.CachedInfo()
	if !r.created.IsZero() && !info.Created.Equal(r.created) {
		r.next = 1
	}
	r.created = info.Created
	msg, err := stream.GetMsg(ctx, r.next, jetstream.WithGetMsgSubject(r.subject))
	if err == nil {
		r.next = msg.Sequence + 1
	}
	return msg, err
}

// dataOf opens the body: MessagePack, compressed if it is large.
func dataOf(msg *jetstream.RawStreamMsg) (data any, err error) {
	body := msg.Data
	if msg.Header.Get("content-encoding") == "gzip" {
		reader, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		if body, err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
	err = msgpack.Unmarshal(body, &data)
	return data, err
}

func main() {
	server := flag.String("server", nats.DefaultURL, "URL of a server")
	seed := flag.String("nkey", "", "file with an nkey seed")
	cluster := flag.String("cluster", "default", "name of the cluster")
	subject := flag.String("subject", "", "subjects that are wanted (default: all of the cluster)")
	after := flag.Uint64("after", 0, "position of the last fact seen")
	flag.Parse()
	if *subject == "" {
		*subject = "vipcast." + *cluster + ".>"
	}

	options := []nats.Option{nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true)}
	if *seed != "" {
		option, err := nats.NkeyOptionFromSeed(*seed)
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, option)
	}
	nc, err := nats.Connect(*server, options...)
	if err != nil {
		log.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		log.Fatal(err)
	}

	facts := reader{js: js, name: "vipcast-" + *cluster, subject: *subject, next: *after + 1}
	seen := map[string]bool{}
	output := json.NewEncoder(os.Stdout)
	for {
		msg, err := facts.read()
		if err != nil {
			// Nothing new yet; or no server, no stream: the next question finds out.
			if !errors.Is(err, jetstream.ErrMsgNotFound) {
				log.Print(err)
			}
			time.Sleep(200 * time.Millisecond)
			continue
		}
		header := msg.Header.Get
		// The stream may have a fact twice.
		identity := header("ce-writer") + " " + header("ce-epoch") + " " + header("ce-n")
		if seen[identity] {
			continue
		}
		seen[identity] = true
		data, err := dataOf(msg)
		if err != nil {
			log.Printf("position %d: %v", msg.Sequence, err)
			continue
		}
		if err := output.Encode(fact{
			Position: msg.Sequence,
			Type:     header("ce-type"),
			Subject:  msg.Subject,
			Time:     header("ce-time"),
			Writer:   header("ce-writer"),
			Epoch:    header("ce-epoch"),
			N:        header("ce-n"),
			Data:     data,
		}); err != nil {
			log.Fatal(err)
		}
	}
}
