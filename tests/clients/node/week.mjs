// A week's work of OpenAI's own client for JavaScript against the fake: sixty calls of each kind, with a look at what
// came. It is told where by VENICE_BASE_URL and VENICE_API_KEY, and prints how many days each kind went well.

import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";

const days = 60;
const model = "zai-org-glm-5-1";
const client = new OpenAI({ baseURL: process.env.VENICE_BASE_URL, apiKey: process.env.VENICE_API_KEY, maxRetries: 0 });

const cities = ["Oslo", "Rome", "New York", "São Paulo", "Zürich", "Kyoto", "Lima"];
const names = ["Ada", "Linus", "Grace", "Björn"];
const ask = (content) => ({ model, messages: [{ role: "user", content }] });

// Each kind has the words of one day: a number, a name, a city.
const kinds = {
  async chat(day, name, city) {
    const text = `${name}, who is ${day}, moves to ${city} — “why?”\n`;
    const { choices, usage, id, object } = await client.chat.completions.create(ask(text));
    assert.equal(choices[0].message.content, "You said: " + text);
    assert.equal(choices[0].finish_reason, "stop");
    assert.equal(object, "chat.completion");
    assert.match(id, /^chatcmpl-/);
    assert.ok(usage.prompt_tokens > 0 && usage.completion_tokens > usage.prompt_tokens);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  },

  async stream(day, name, city) {
    const text = `${name} counts to ${day} in ${city}`;
    const stream = client.chat.completions.stream({ ...ask(text), stream_options: { include_usage: true } });
    let pieces = 0, heard = "";
    stream.on("content", (delta) => { pieces++; heard += delta; });
    const whole = await stream.finalChatCompletion();
    assert.equal(heard, "You said: " + text);
    assert.equal(whole.choices[0].message.content, heard);
    assert.equal(whole.choices[0].finish_reason, "stop");
    assert.ok(pieces > 3, "the text came at once");
    const plain = await client.chat.completions.create(ask(text));
    assert.equal(whole.usage.completion_tokens, plain.usage.completion_tokens);
  },

  // The client's own runner calls the functions, sends their results, and asks again until there is a text.
  async tools(day, name, city) {
    const ran = [];
    const tool = (name, properties, required, answer) => ({
      type: "function",
      function: {
        name, description: `Tells the ${name}.`, parse: JSON.parse, parameters: { type: "object", properties, required, additionalProperties: false },
        function: (args) => { ran.push([name, args]); return answer; },
      },
    });
    const place = { type: "string" };
    const runner = client.chat.completions.runTools({
      ...ask(`How is the weather in ${city} for ${day + 1} days, and what time is it there?`),
      stream: day % 2 === 1,
      tools: [
        tool("get_weather", { city: place, days: { type: "integer", minimum: 1 } }, ["city", "days"], "rain"),
        tool("current_time", { city: place }, ["city"], `${day} minutes past noon`),
      ],
    });
    assert.equal(await runner.finalContent(), `get_weather says: rain\ncurrent_time says: ${day} minutes past noon`);
    assert.deepEqual(ran, [["get_weather", { city, days: day + 1 }], ["current_time", { city }]]);
  },

  async form(day, name, city) {
    const schema = {
      type: "object", additionalProperties: false, required: ["name", "age", "city", "tags"],
      properties: {
        name: { type: "string" }, age: { type: "integer" }, city: { type: "string" },
        tags: { type: "array", minItems: 1, items: { enum: ["new", "moved"] } },
      },
    };
    const answer = await client.chat.completions.parse({
      ...ask(`${name} is ${day + 18} and has moved to ${city}.`),
      response_format: { type: "json_schema", json_schema: { name: "person", strict: true, schema } },
    });
    const { tags, ...person } = JSON.parse(answer.choices[0].message.content);
    assert.deepEqual(person, { name, age: day + 18, city });
    assert.ok(tags.length > 0 && tags.every((t) => ["new", "moved"].includes(t)));
  },

  async responses(day, name, city) {
    const input = `${name} has ${day} plans in ${city}`;
    const whole = await client.responses.create({ model, input });
    assert.equal(whole.output_text, "You said: " + input);
    assert.equal(whole.status, "completed");
    const stream = client.responses.stream({ model: day % 2 ? model : "openai-gpt-54", input });
    let heard = "";
    stream.on("response.output_text.delta", (event) => { heard += event.delta; });
    const final = await stream.finalResponse();
    assert.equal(heard, whole.output_text);
    assert.equal(final.output_text, heard);
    assert.equal(final.usage.total_tokens, final.usage.input_tokens + final.usage.output_tokens);
  },

  async vectors(day, name, city) {
    const input = [`The library of ${city} opens late`, `When does the library of ${city} open?`, `Fishing boats ${name}`];
    const { data, usage } = await client.embeddings.create({ model: "text-embedding-bge-m3", input });
    assert.deepEqual(data.map((d) => d.index), [0, 1, 2]);
    const [a, b, c] = data.map((d) => d.embedding);
    const dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
    assert.equal(a.length, 1024);
    assert.ok(Math.abs(dot(a, a) - 1) < 1e-5);
    assert.ok(dot(a, b) > dot(a, c) + 0.2, "near texts are far");
    assert.ok(usage.prompt_tokens > 0);
  },

  async image(day, name, city) {
    const [width, height] = [[256, 256], [1024, 1024], [1536, 1024], [1024, 1792]][day % 4];
    const { data } = await client.images.generate({
      model: "z-image-turbo", prompt: `${name} in ${city}`, size: `${width}x${height}`, output_format: "png", response_format: "b64_json",
    });
    const png = Buffer.from(data[0].b64_json, "base64");
    assert.equal(data.length, 1);
    assert.equal(png.toString("latin1", 1, 4), "PNG");
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height]);
  },

  async speech(day, name, city) {
    const response_format = ["mp3", "wav", "flac", "aac", "opus"][day % 5];
    const input = `Speech ${day}: ${name} greets ${city}.`;
    const answer = await client.audio.speech.create({ model: "tts-kokoro", voice: "af_bella", input, response_format });
    assert.match(answer.headers.get("content-type"), /^audio\//);
    const sound = Buffer.from(await answer.arrayBuffer());
    const magic = { mp3: "ID3", wav: "RIFF", flac: "fLaC", aac: "ID3", opus: "OggS" }[response_format];
    assert.equal(sound.toString("latin1", 0, magic.length), magic);
    return { sound, input, name: "speech." + response_format };
  },

  async transcription(day, name, city) {
    const spoken = await kinds.speech(day, name, city);
    const heard = await client.audio.transcriptions.create({
      model: "openai/whisper-large-v3", file: await toFile(spoken.sound, spoken.name),
    });
    assert.equal(heard.text, spoken.input);
  },

  async models() {
    const owners = new Map();
    for await (const m of client.models.list()) owners.set(m.id, m.owned_by);
    assert.equal(owners.get(model), "venice.ai");
    assert.ok(owners.size >= 10 && !owners.has("z-image-turbo"));
  },

  async refusals(day) {
    await assert.rejects(client.chat.completions.create({ ...ask("Hi"), model: `made-up-${day}` }), (e) =>
      e instanceof OpenAI.NotFoundError && /^404 .*made-up-/.test(e.message));
    await assert.rejects(client.chat.completions.create({ ...ask("Hi"), nonsense: day }), (e) =>
      e instanceof OpenAI.BadRequestError && /^400 .*Invalid request parameters/.test(e.message));
    const stranger = client.withOptions({ apiKey: "none" });
    await assert.rejects(stranger.chat.completions.create(ask("Hi")), OpenAI.AuthenticationError);
  },
};

for (const [kind, call] of Object.entries(kinds)) {
  for (let day = 0; day < days; day++) {
    try {
      await call(day, names[day % names.length], cities[day % cities.length]);
    } catch (e) {
      console.error(`${kind}, day ${day}:`, e);
      process.exit(1);
    }
  }
  console.log(kind, days);
}
