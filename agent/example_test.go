// Examples of what an agent's author begins with. All run against the fake.

package agent_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// newFake is a fake and a client of it. Against the service a program has venice.New() and the key in VENICE_API_KEY.
func newFake() (*venicetest.Server, *venice.Client) {
	srv := venicetest.NewServer(nil)
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	return srv, client
}

// An answer as a Go value, checked against its type.
func ExampleParse() {
	srv, client := newFake()
	defer srv.Close()

	type trip struct {
		City string `json:"city" jsonschema:"Where it goes."`
		Days int    `json:"days" minimum:"1" maximum:"14"`
		Mode string `json:"mode" enum:"train,plane,ship"`
	}
	parsed, err := agent.Parse[trip](context.Background(), client, &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("Plan a journey to Lisbon for 3 days, by ship.")},
	})
	switch {
	case errors.Is(err, agent.ErrInvalid), errors.Is(err, agent.ErrLength):
		log.Fatal("the model did not do it: ", err)
	case err != nil:
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", parsed.Value)
	// Output: {City:Lisbon Days:3 Mode:ship}
}

// A value that can be looked at while the model still writes it.
func ExampleForm_Stream() {
	srv, client := newFake()
	defer srv.Close()

	type story struct{ Title, Text string }
	var last story
	grew := 0
	for parsed, err := range (agent.Form[story]{Repair: true}).Stream(context.Background(), client, &gen.ChatCompletionRequest{
		Model:    "zai-org-glm-5-1",
		Messages: []gen.ChatMessage{gen.UserMessage("A story about a lighthouse, please.")},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		last = parsed.Value
		grew++
	}
	fmt.Println(last.Text != "", grew > 2)
	// Output: true true
}

// A tool, a loop, a limit.
func ExampleAgent_Run() {
	srv, client := newFake()
	defer srv.Close()

	type place struct {
		City string `json:"city"`
	}
	a := &agent.Agent{
		Client: client,
		Chat:   &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"},
		Tools: []*agent.Tool{agent.NewTool("get_weather", "The weather in a city.", func(_ context.Context, p place) (string, error) {
			return "21 degrees in " + p.City, nil
		})},
		Limits: agent.Limits{Turns: 5, USD: 0.10},
	}
	run := &agent.Run{Input: "How is the weather in Rome?"}
	if err := a.Run(context.Background(), run); err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Text())
	fmt.Println(len(run.Turns), "answers,", run.Turns[0].Calls[0].Arguments, run.Spent() < 0.10)
	// Output:
	// get_weather says: 21 degrees in Rome
	// 2 answers, {"city":"Rome"} true
}

// What happens, as it happens.
func ExampleAgent_Stream() {
	srv, client := newFake()
	defer srv.Close()

	clock := agent.NewTool("clock", "The time.", func(context.Context, struct{}) (string, error) { return "noon", nil })
	a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"}, Tools: []*agent.Tool{clock}}
	for event, err := range a.Stream(context.Background(), &agent.Run{Input: "What does the clock say?"}) {
		switch {
		case err != nil:
			log.Fatal(err)
		case event.Call != nil:
			fmt.Println(event.Call.Name, event.Call.State)
		case event.Chunk != nil && len(event.Chunk.Choices) > 0 && event.Chunk.Choices[0].Delta.Content != nil:
			fmt.Print(*event.Chunk.Choices[0].Delta.Content)
		}
	}
	// Output:
	// clock running
	// clock done
	// clock says: noon
}

// A tool that pays waits for a person. Meanwhile the run is JSON, and the program may end.
func ExampleRun() {
	srv, client := newFake()
	defer srv.Close()

	pay := agent.NewTool("pay_invoice", "Pays an invoice.", func(context.Context, struct{ Number int }) (string, error) { return "paid", nil })
	pay.Effect = venice.EffectPay
	decision := agent.ErrPause
	a := &agent.Agent{
		Client: client, Chat: &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"}, Tools: []*agent.Tool{pay},
		Approve: func(_ context.Context, call *agent.Call) error {
			fmt.Println("may it", call.Name, call.Arguments)
			return decision
		},
	}
	run := &agent.Run{Input: "Pay invoice 7."}
	err := a.Run(context.Background(), run)
	fmt.Println(errors.Is(err, agent.ErrPause))

	kept := save(run)
	decision = nil // somebody has said yes
	run = load(kept)
	if err := a.Run(context.Background(), run); err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Text())
	// Output:
	// may it pay_invoice {"Number":7}
	// true
	// may it pay_invoice {"Number":7}
	// pay_invoice says: paid
}

// A conversation that is kept to the size of the model's context.
func ExampleConversation() {
	srv, client := newFake()
	defer srv.Close()

	conversation := agent.Conversation{Window: 24000}
	conversation.Add(gen.SystemMessage("Be brief."))
	for _, text := range []string{"Hello", "Goodbye"} {
		conversation.Add(gen.UserMessage(text))
		request := &gen.ChatCompletionRequest{Model: "zai-org-glm-5-1"}
		conversation.Fill(request)
		answer, err := client.CreateChatCompletion(context.Background(), request)
		if err != nil {
			log.Fatal(err)
		}
		conversation.Add(answer.Choices[0].Message)
	}
	fmt.Println(len(conversation.Messages), conversation.Messages[4].Content)
	// Output: 5 You said: Goodbye
}

func ExampleText() {
	srv, client := newFake()
	defer srv.Close()

	for piece, err := range agent.Text(client.StreamChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Hello")},
	})) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(piece)
	}
	// Output: You said: Hello
}

// A look into a stream: a call is there before the stream has ended.
func ExampleAccumulator() {
	srv, client := newFake()
	defer srv.Close()

	var all agent.Accumulator
	for chunk, err := range client.StreamChatCompletion(context.Background(), &gen.ChatCompletionRequest{
		Model: "zai-org-glm-5-1", Messages: []gen.ChatMessage{gen.UserMessage("Use the tool!")},
		Tools: []gen.Tool{gen.FunctionTool(gen.ToolFunction{Name: "beep"})},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		all.Add(chunk)
		for _, call := range all.Ended() {
			fmt.Println(*call.Function.Name, *call.Function.Arguments)
		}
	}
	fmt.Println(all.Finish(), all.Usage() != nil)
	// Output:
	// beep {}
	// tool_calls true
}
