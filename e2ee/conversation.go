// Conversations: a chat's request, what of it may stay readable, and its messages encrypted.

package e2ee

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/seal"
)

// A conversation is a request that can be encrypted.
type conversation struct {
	model    string
	stream   bool // as the caller wants the answer
	members  object
	messages []message
}

type object = map[string]jsontext.Value

type message struct{ role, text string }

func unsupported(format string, a ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrUnsupported}, a...)...)
}

// Of a request's members that could hold what somebody wrote these two kinds may go in plain: ids that the caller chose, and
// settings as long as all texts in them are single words. Numbers and switches may, whatever their name. All else is refused,
// what nobody knows here included.
var (
	ids      = []string{"model", "user", "anon_user_id", "prompt_cache_key"}
	settings = []string{"stream_options", "reasoning", "reasoning_effort", "verbosity", "prompt_cache_retention", "stop_token_ids"}
)

// parseConversation takes a request apart, or says what of it cannot be encrypted.
func parseConversation(body []byte) (*conversation, error) {
	c := &conversation{}
	if err := json.Unmarshal(body, &c.members); err != nil || c.members == nil {
		return nil, unsupported("the request is no JSON object in which each name stands once")
	}
	if c.model = loose.Text(c.members["model"]); c.model == "" || strings.Contains(c.model, ":") {
		return nil, unsupported("want the id of a model without settings behind a colon")
	}
	c.stream = string(c.members["stream"]) == "true"
	if err := c.parseMessages(); err != nil {
		return nil, err
	}
	if err := c.parseFormat(); err != nil {
		return nil, err
	}
	if err := c.parseParameters(); err != nil {
		return nil, err
	}
	for name, v := range c.members {
		switch {
		case name == "logprobs" && string(v) == "true", name == "top_logprobs" && string(v) != "null":
			return nil, unsupported("%s: the tokens of the answer would come in plain", name)
		case name == "tools" || name == "tool_choice":
			if !loose.Hollow(v) && string(v) != `"none"` && string(v) != `"auto"` {
				return nil, unsupported("%s: encrypted models call no tools", name)
			}
			delete(c.members, name)
		case name == "venice_parameters", isPlain(v), slices.Contains(ids, name) && v.Kind() == '"', slices.Contains(settings, name) && wordy(v):
		case loose.Hollow(v):
			delete(c.members, name)
		default:
			return nil, unsupported("%.60q would go in plain", name)
		}
	}
	return c, nil
}

// isPlain reports numbers, switches and null.
func isPlain(v jsontext.Value) bool {
	return !slices.Contains([]jsontext.Kind{'"', '{', '['}, v.Kind())
}

// wordy reports values whose texts are words, as the API's own are.
func wordy(v jsontext.Value) bool {
	switch v.Kind() {
	case '"':
		return word.MatchString(loose.Text(v))
	case '[':
		return !slices.ContainsFunc(loose.Elements(v), func(e jsontext.Value) bool { return !wordy(e) })
	case '{':
		for name, e := range loose.Members(v) {
			if !word.MatchString(name) || !wordy(e) {
				return false
			}
		}
	}
	return true
}

var word = regexp.MustCompile(`^[a-z0-9_-]{1,24}$`)

// parseMessages takes the messages out. Several of the system are one, in the place of the first.
func (c *conversation) parseMessages() error {
	var list []object
	if err := json.Unmarshal(c.members["messages"], &list); err != nil || len(list) == 0 {
		return unsupported("want at least one message")
	}
	delete(c.members, "messages")
	for i, m := range list {
		parsed, err := parseMessage(m)
		if err != nil {
			return fmt.Errorf("%w (message %d)", err, i)
		}
		c.add(parsed)
	}
	return nil
}

func (c *conversation) add(m message) {
	if m.role == "developer" {
		m.role = "system"
	}
	at := slices.IndexFunc(c.messages, func(known message) bool { return known.role == "system" })
	if m.role != "system" || at < 0 {
		c.messages = append(c.messages, m)
		return
	}
	c.messages[at].text += "\n\n" + m.text
}

// dropped are members of a message that are left out: what an earlier answer thought, which these models need no more.
var dropped = []string{"reasoning_content", "reasoning_details", "reasoning_encrypted", "thought_signature"}

func parseMessage(m object) (parsed message, err error) {
	parsed.role = loose.Text(m["role"])
	if !slices.Contains([]string{"system", "developer", "user", "assistant"}, parsed.role) {
		return parsed, unsupported("the role %.20q", parsed.role)
	}
	for name, v := range m {
		switch {
		case name == "role" || slices.Contains(dropped, name) || loose.Hollow(v):
		case name != "content":
			return parsed, unsupported("%.60q of a message", name)
		case v.Kind() == '"':
			parsed.text = loose.Text(v)
		case v.Kind() == '[':
			for _, part := range loose.Elements(v) {
				p := loose.Members(part)
				if loose.Text(p["type"]) != "text" || p["text"].Kind() != '"' {
					return parsed, unsupported("a part that is %.40q: want texts only", loose.Text(p["type"]))
				}
				parsed.text += loose.Text(p["text"])
			}
		default:
			return parsed, unsupported("a content that is neither text nor parts")
		}
	}
	return parsed, nil
}

// parseFormat moves what the answer shall look like into the messages: a schema is text too.
func (c *conversation) parseFormat() error {
	v, ok := c.members["response_format"]
	if delete(c.members, "response_format"); !ok || loose.Hollow(v) {
		return nil
	}
	m := loose.Members(v)
	switch kind := loose.Text(m["type"]); kind {
	case "text":
		return nil
	case "json_object":
		c.instruct("Answer with a JSON object, and with nothing else.")
	case "json_schema":
		schema := loose.Members(m["json_schema"])["schema"]
		if schema.Kind() != '{' {
			return unsupported("response_format has no json_schema.schema")
		}
		c.instruct("Answer with JSON that fits this JSON Schema, and with nothing else: " + string(schema))
	default:
		return unsupported("response_format %.40q", kind)
	}
	return nil
}

// instruct adds to what the system says, which goes first if nobody has said anything.
func (c *conversation) instruct(text string) {
	if !slices.ContainsFunc(c.messages, func(m message) bool { return m.role == "system" }) {
		c.messages = slices.Insert(c.messages, 0, message{"system", text})
		return
	}
	c.add(message{"system", text})
}

// parseParameters refuses what the service would have to read the messages for.
func (c *conversation) parseParameters() error {
	var p object
	if v := c.members["venice_parameters"]; len(v) > 0 && json.Unmarshal(v, &p) != nil {
		return unsupported("venice_parameters is no object")
	}
	for name, v := range p {
		switch on := !loose.Hollow(v); {
		case name == "enable_e2ee" && string(v) == "false":
			return unsupported("enable_e2ee is false, on a client that encrypts")
		case name == "include_venice_system_prompt" && on,
			on && (name == "enable_web_scraping" || name == "enable_web_citations" || name == "enable_x_search" || name == "character_slug"),
			name == "enable_web_search" && on && string(v) != `"off"`:
			return unsupported("%s: the service cannot read what it would do that for", name)
		case name != "enable_web_search" && !isPlain(v):
			if on {
				return unsupported("%.60q of venice_parameters would go in plain", name)
			}
			delete(p, name)
		}
	}
	if p == nil {
		p = object{}
	}
	p["include_venice_system_prompt"] = jsontext.Value("false")
	b, err := json.Marshal(p, json.Deterministic(true))
	c.members["venice_parameters"] = b
	return err
}

// seal is the request with each message encrypted for a key, each with an ephemeral key of its own.
func (c *conversation) seal(key string) ([]byte, error) {
	to, err := seal.ParseRecipient(key)
	if err != nil {
		return nil, err
	}
	var list bytes.Buffer
	for i, m := range c.messages {
		wire, err := to.Seal([]byte(m.text))
		if err != nil {
			return nil, err
		}
		sep := `,{"role":"`
		if i == 0 {
			sep = `[{"role":"`
		}
		for _, s := range []string{sep, m.role, `","content":"`, wire, `"}`} { // words and hex, in which nothing needs escaping
			list.WriteString(s)
		}
	}
	list.WriteByte(']')
	members := maps.Clone(c.members)
	members["messages"], members["stream"] = list.Bytes(), jsontext.Value("true")
	return json.Marshal(members, json.Deterministic(true))
}
