// What was seen: answers of the service that its description does not allow.

package reading

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A sight is what was seen at one place.
type sight struct {
	also    kind     // kinds that are read as well
	without []string // required members that may be absent
}

// seen is what the service was seen to send and openapi.yaml does not say, by component or member of one, each with its
// source. It stands here and not among the corrections of the description, because types of package gen read it as it
// is: another form, or an optional member, would change every caller's code for what one in a thousand answers does. An
// entry that matches nothing, or that the description says by now, does nothing; a test names it.
var seen = map[string]sight{
	// Ids of tokens where a provider stops by them; recorded answers, 2026.
	"ChatChoice.stop_reason": {also: integer},
	// A list by token; recorded answers, 2026.
	"ChatCompletion.prompt_logprobs": {also: list},
	// Answers whose provider counted nothing; recorded answers, 2026.
	"ChatCompletion.usage": {also: null},
	// Answers with citations alone; recorded in 2025.
	"VeniceReport": {without: []string{"enable_web_search"}},
	// Providers that leave the arguments as an object; recorded streams, 2026.
	"ToolCallFunction.arguments": {also: object},
	// Text as a list of parts; recorded streams, 2026.
	"ChunkDelta.content": {also: list},
	// Encoding_format base64; documentation of the service, October 2026.
	"Embedding.embedding": {also: text},
	// Amounts as text; recorded answers, 2026.
	"BillingBalances.diem": {also: text},
	// Amounts as text; recorded answers, 2026.
	"BillingBalances.usd": {also: text},
	// Keys from before there were such limits; recorded answers, 2025 and 2026.
	"APIKey": {without: []string{"limitPeriod", "modelPrivacy"}},
	// Keys from before there were such limits; recorded answers, 2025 and 2026.
	"UpdatedAPIKey": {without: []string{"limitPeriod", "modelPrivacy"}},
	// A currency that has ended; recorded answers, 2026.
	"TrailingUsage": {without: []string{"vcu"}},
	// Lists of models recorded in 2025.
	"ModelSpec": {without: []string{"privacy"}},
	// Models whose provider does not tell; recorded answers, 2026.
	"ModelCapabilities": {without: []string{"quantization"}},
	// Lists of models recorded in 2025.
	"Price": {without: []string{"diem"}},
	// Finished and failed jobs; the service's own command, 2026.
	"AudioStatus": {without: []string{"average_execution_time", "execution_duration"}},
	// Finished and failed jobs; the service's own command, 2026.
	"VideoStatus": {without: []string{"average_execution_time", "execution_duration"}},
	// Streams of some providers; recorded in 2026.
	"ChatCompletionChunk": {without: []string{"created", "id", "model", "object"}},
	// An answer with the dollars by day; seen by other clients, 2026.
	"BillingUsageAnalyticsResponse": {without: []string{"byDate", "byKey", "byKeyDaily", "byModel", "byModelDaily", "lookback", "topKeyNames", "topModels"}},
}

// addSeen has schemas of components compiled by what was seen. It returns the entries that change nothing.
func (r *Reading) addSeen() (idle []string) {
	for _, at := range slices.Sorted(maps.Keys(seen)) {
		component, member, _ := strings.Cut(at, ".")
		s, said := seen[at], r.Doc.Components.Schemas[component]
		if said == nil || member != "" && said.Value.Properties[member] == nil {
			idle = append(idle, at)
			continue
		}
		for _, name := range s.without {
			if !slices.Contains(said.Value.Required, name) {
				idle = append(idle, at+" without "+name)
			}
		}
		if member != "" && (compiler{done: map[*openapi3.Schema]*node{}}).node(said.Value.Properties[member].Value).kinds&s.also != 0 {
			idle = append(idle, at+" also")
		}
		if r.schemas.seen[said.Value] == nil {
			r.schemas.seen[said.Value] = map[string]sight{}
		}
		r.schemas.seen[said.Value][member] = s
	}
	return idle
}
