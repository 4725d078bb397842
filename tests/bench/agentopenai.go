// The agent of the comparison, with openai-go.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"
)

type fields = map[string]any

// strictObject is a schema with all members required, which openai-go leaves to its callers.
func strictObject(members fields, names ...string) fields {
	return fields{"type": "object", "properties": members, "required": names, "additionalProperties": false}
}

func openAITool(name, about string, schema fields) openai.ChatCompletionToolUnionParam {
	return openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
		Name: name, Description: openai.String(about), Strict: openai.Bool(true), Parameters: schema,
	})
}

func planWithOpenAI(ctx context.Context, client openai.Client) (result plan, err error) {
	text, number := fields{"type": "string"}, fields{"type": "number", "minimum": 0}
	currency := fields{"type": "string", "description": "Currency, three letters."}
	request := openai.ChatCompletionNewParams{
		Model:    model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system), openai.UserMessage(task3)},
		Tools: []openai.ChatCompletionToolUnionParam{
			openAITool("weather", "The weather of a city.", strictObject(fields{
				"name": fields{"type": "string", "description": "Name of the city."},
				"unit": fields{"type": "string", "enum": []string{"celsius", "fahrenheit"}},
			}, "name", "unit")),
			openAITool("price", "Price of a journey, in dollars.", strictObject(fields{"city": text}, "city")),
			openAITool("convert", "Converts money.", strictObject(fields{
				"amount": number, "from": currency, "to": currency,
			}, "amount", "from", "to")),
		},
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "plan", Strict: openai.Bool(true), Schema: strictObject(fields{
				"city": text, "degrees": fields{"type": "integer"}, "euros": number,
			}, "city", "degrees", "euros")},
		}},
	}
	spent := 0.0
	for range 8 {
		if spent >= 0.10 {
			return result, fmt.Errorf("over the limit: %v USD are spent", spent)
		}
		answer, err := client.Chat.Completions.New(ctx, request)
		if err != nil {
			return result, err
		}
		var cost struct{ USD, DIEM float64 } // which openai-go does not know
		if err := json.Unmarshal([]byte(answer.JSON.ExtraFields["cost"].Raw()), &cost); err != nil {
			return result, fmt.Errorf("the answer does not say what it cost: %w", err)
		}
		spent += cost.USD + cost.DIEM
		choice := answer.Choices[0]
		switch {
		case choice.FinishReason == "length" || choice.FinishReason == "content_filter":
			return result, errors.New("the answer was cut: " + choice.FinishReason)
		case choice.Message.Refusal != "":
			return result, errors.New("the model refused: " + choice.Message.Refusal)
		case len(choice.Message.ToolCalls) == 0:
			if err = json.Unmarshal([]byte(choice.Message.Content), &result); err == nil && (result.City == "" || result.Euros < 0) {
				err = errors.New("the answer does not fit")
			}
			return result, err
		}
		request.Messages = append(request.Messages, choice.Message.ToParam())
		results := make([]string, len(choice.Message.ToolCalls))
		var all sync.WaitGroup
		for i, call := range choice.Message.ToolCalls {
			all.Go(func() {
				defer func() {
					if recover() != nil {
						results[i] = "error: the tool failed"
					}
				}()
				results[i] = callForOpenAI(call.Function.Name, call.Function.Arguments)
			})
		}
		all.Wait()
		for i, call := range choice.Message.ToolCalls {
			request.Messages = append(request.Messages, openai.ToolMessage(results[i], call.ID))
		}
	}
	return result, errors.New("over the limit: 8 turns")
}

func callForOpenAI(name, arguments string) string {
	var value any
	var err error
	switch name {
	case "weather":
		var c city
		if err = json.Unmarshal([]byte(arguments), &c); err == nil && (c.Name == "" || c.Unit != "celsius" && c.Unit != "fahrenheit") {
			err = errors.New("want a name, and a unit: celsius or fahrenheit")
		}
		if err == nil {
			value, err = degrees(c.Name, c.Unit)
		}
	case "price":
		var c struct{ City string }
		if err = json.Unmarshal([]byte(arguments), &c); err == nil && c.City == "" {
			err = errors.New("want a city")
		}
		if err == nil {
			value, err = dollars(c.City)
		}
	case "convert":
		var s sum
		if err = json.Unmarshal([]byte(arguments), &s); err == nil && (s.Amount < 0 || s.From == "" || s.To == "") {
			err = errors.New("want an amount, from and to")
		}
		if err == nil {
			value, err = convert(s.Amount, s.From, s.To)
		}
	default:
		err = fmt.Errorf("there is no tool %q", name)
	}
	if err != nil {
		return "error: " + err.Error()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}
