// What a program does with the openai package of npm, which reads OPENAI_BASE_URL and OPENAI_API_KEY.
import OpenAI from "openai";

const client = new OpenAI();
const model = "zai-org-glm-5-1";
const ask = (content, more) => client.chat.completions.create({ model, max_completion_tokens: 100, messages: [{ role: "user", content }], ...more });

console.log("chat:", (await ask("Hello")).choices[0].message.content);
let text = "";
for await (const chunk of await ask("Hello you", { stream: true })) text += chunk.choices[0]?.delta?.content ?? "";
console.log("stream:", text);
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const called = await ask("What is the weather in Paris?", { tools: [{ type: "function", function: { name: "get_weather", parameters } }], tool_choice: "required" });
console.log("tools:", called.choices[0].message.tool_calls[0].function.name, called.choices[0].message.tool_calls[0].function.arguments);
const drawn = await client.images.generate({ model: "z-image-turbo", prompt: "a cat", response_format: "b64_json" });
console.log("image:", drawn.data[0].b64_json.length > 100);
const embedded = await client.embeddings.create({ model: "text-embedding-bge-m3", input: "Hello" });
console.log("embedding:", embedded.data[0].embedding.length);
console.log("models:", (await client.models.list()).data.length > 5);
await ask("x", { max_completion_tokens: 100000000 }).catch((e) => console.log("too much:", e.constructor.name, e.status));
await new OpenAI({ apiKey: "nobody" }).models.list().catch((e) => console.log("no key:", e.constructor.name, e.status, e.code));
