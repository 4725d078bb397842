// A bot that answers from documents of its own, by models that keep nothing.

package agent_test

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"slices"

	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

// Documents become vectors once; a question finds the nearest; the model answers from these. Both models are private: the
// service says that nobody keeps what they are sent.
func Example_privateBot() {
	srv, client := newFake()
	defer srv.Close()
	ctx := context.Background()

	for _, id := range []string{"text-embedding-bge-m3", "zai-org-glm-5-1"} {
		models, err := client.ListModels(ctx, &gen.ListModelsParams{Type: "all"})
		if err != nil {
			log.Fatal(err)
		}
		at := slices.IndexFunc(models.Data, func(m gen.Model) bool { return m.ID == id })
		if at < 0 || models.Data[at].ModelSpec.Privacy != "private" {
			log.Fatal(id, " is not private")
		}
	}
	embed := func(texts ...string) []gen.Vector {
		answer, err := client.CreateEmbedding(ctx, &gen.CreateEmbeddingRequest{Model: "text-embedding-bge-m3", Input: gen.NewEmbeddingInput(texts)})
		if err != nil {
			log.Fatal(err)
		}
		var all []gen.Vector
		for _, e := range answer.Data {
			all = append(all, e.Embedding)
		}
		return all
	}
	documents := []string{
		"Holiday requests go to the team lead, two weeks ahead.",
		"The office in Porto opens at eight and closes at six.",
		"Expenses are paid back at the end of the month.",
	}
	vectors := embed(documents...)

	conversation := agent.Conversation{Window: 24000}
	conversation.Add(gen.SystemMessage("Answer from the excerpts alone. Say so if they have no answer."))
	question := "When does the office in Porto open?"
	asked := embed(question)[0]
	likeness := func(text string) (sum float64) { // vectors have the length 1
		for i, x := range vectors[slices.Index(documents, text)] {
			sum += x * asked[i]
		}
		return sum
	}
	nearest := slices.MaxFunc(documents, func(a, b string) int { return cmp.Compare(likeness(a), likeness(b)) })
	conversation.Add(gen.UserMessage("Excerpts:\n" + nearest + "\n\nQuestion: " + question))
	request := &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"}
	conversation.Fill(request)
	for piece, err := range agent.Text(client.StreamChatCompletion(ctx, request)) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(piece)
	}
	// Output:
	// You said: Excerpts:
	// The office in Porto opens at eight and closes at six.
	//
	// Question: When does the office in Porto open?
}
