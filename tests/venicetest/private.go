// Private chats: what an enclave decrypts, has a model answer, and encrypts.

package venicetest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/venice-go/venice/tests/venicetest/internal/enclave"
)

// privateHeaders are all there, or the chat is in plain: so does the service take it, without a word.
var privateHeaders = []string{"X-Venice-TEE-Client-Pub-Key", "X-Venice-TEE-Model-Pub-Key", "X-Venice-TEE-Signing-Algo"}

// privateChat answers a chat that is encrypted, and any other as chat does.
func (h *Handler) privateChat(r *request) answer {
	m := h.machineNow(r.text("model"))
	for _, name := range privateHeaders {
		if m == nil || r.Header.Get(name) == "" {
			return h.chat(r)
		}
	}
	parameters, _ := r.body["venice_parameters"].(map[string]any)
	client, err := hex.DecodeString(r.Header.Get(privateHeaders[0]))
	_, bad := enclave.Encrypt(client, "")
	stream, _ := r.body["stream"].(bool)
	switch {
	case parameters["enable_e2ee"] == false:
		return h.chat(r)
	case err != nil || bad != nil:
		return refusePrivate("Invalid E2EE headers: Invalid public key")
	case r.Header.Get(privateHeaders[2]) != "ecdsa":
		return refusePrivate("Invalid E2EE headers: unsupported signing algorithm")
	case !stream:
		return refusePrivate("E2EE requires streaming")
	case r.body["tools"] != nil || parameters["character_slug"] != nil || parameters["include_venice_system_prompt"] != false:
		return refusePrivate("E2EE models do not support this request")
	case r.Header.Get(privateHeaders[1]) != hex.EncodeToString(m.Key.Public()):
		return answer{status: http.StatusOK, outside: true, events: []any{map[string]any{"error": map[string]any{
			"message": "The attestation is stale. Fetch a new one.", "type": "invalid_request_error", "code": "e2ee_attestation_stale",
		}}}}
	}
	encrypted := r.raw
	if err := decryptMessages(r, m); err != nil {
		return refusePrivate(err.Error())
	}
	a := h.chat(r)
	if a.events == nil {
		return a
	}
	words := a.encrypt(client)
	if id, _ := a.events[0].(map[string]any)["id"].(string); id != "" {
		signature := m.Sign(id, words, encrypted, a.stream())
		h.mu.Lock()
		h.enclaves.signed[id] = signature
		h.mu.Unlock()
	}
	a.header = maps.Clone(a.header)
	a.header["X-Venice-TEE"], a.header["X-Venice-TEE-Provider"] = []string{"true"}, []string{"phala"}
	return a
}

// machineNow is the enclave that a model runs in as it is now, for use without the handler's lock; or nil.
func (h *Handler) machineNow(model string) *enclave.Enclave {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.machine(model)
	if m == nil {
		return nil
	}
	return new(*m)
}

func refusePrivate(message string) answer {
	return answer{status: http.StatusBadRequest, outside: true, body: map[string]any{
		"error": map[string]any{"message": message, "type": "invalid_request_error"},
	}}
}

// decryptMessages has the request say what was encrypted in it.
func decryptMessages(r *request, m *enclave.Enclave) error {
	messages, _ := r.body["messages"].([]any)
	for _, v := range messages {
		message, _ := v.(map[string]any)
		content, _ := message["content"].(string)
		text, err := m.Key.Decrypt(content)
		if err != nil {
			return err
		}
		message["content"] = text
	}
	raw, err := json.Marshal(r.body)
	r.raw = raw
	return err
}

// encrypt has the events of a stream encrypted for a client, and returns the words of the first choice. White space alone
// stays plain, and a character that is not ASCII comes in two pieces.
func (a *answer) encrypt(client []byte) (words string) {
	var events []any
	for _, event := range a.events {
		first, second := event, any(nil)
		for _, c := range choicesOf(event) {
			delta, _ := c["delta"].(map[string]any)
			for _, name := range []string{"content", "reasoning_content"} {
				text, _ := delta[name].(string)
				if c["index"] == 0 && name == "content" {
					words += text
				}
				if strings.TrimSpace(text) == "" {
					continue
				}
				at := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
				if at >= 0 && name == "content" && len(choicesOf(event)) == 1 {
					second = withContent(event, encrypt(client, text[at+1:]))
					text = text[:at+1]
				}
				delta[name] = encrypt(client, text)
			}
		}
		if events = append(events, first); second != nil {
			events = append(events, second)
		}
	}
	a.events = events
	return words
}

func encrypt(client []byte, text string) string {
	sealed, err := enclave.Encrypt(client, text)
	if err != nil {
		panic("venicetest: " + err.Error()) // the key was tried before
	}
	return sealed
}

func choicesOf(event any) (list []map[string]any) {
	e, _ := event.(map[string]any)
	choices, _ := e["choices"].([]any)
	for _, c := range choices {
		if m, ok := c.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

// withContent is another event like the one that is given.
func withContent(event any, content string) any {
	e := maps.Clone(event.(map[string]any))
	choice := maps.Clone(choicesOf(event)[0])
	choice["delta"] = map[string]any{"content": content}
	e["choices"] = []any{choice}
	return e
}

// stream is the body of the answer, if it is one of events.
func (a *answer) stream() []byte {
	var b bytes.Buffer
	for _, e := range append(a.events[:len(a.events):len(a.events)], json.RawMessage("[DONE]")) {
		data, ok := e.(json.RawMessage)
		if !ok {
			data, _ = json.Marshal(e)
		}
		fmt.Fprintf(&b, "data: %s\n\n", data)
	}
	return b.Bytes()
}
