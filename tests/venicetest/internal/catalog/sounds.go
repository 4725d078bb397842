// The models that speak, listen and make music.

package catalog

var speakers = []*Model{
	{ID: "tts-kokoro", Name: "Kokoro", Kind: "tts", Traits: []string{"default"}, Aliases: []string{"tts-1"}, About: "Speech in many voices.",
		Speech: &Speech{Voices: []string{"af_sky", "af_bella", "af_heart", "am_adam", "am_liam", "bf_emma", "bm_george", "ff_siwis"},
			Speed: true, Input: Dollars(3.5)}},
	{ID: "tts-qwen3-1-7b", Name: "Qwen 3 TTS 1.7B", Kind: "tts", About: "Speech that follows a prompt.",
		Speech: &Speech{Voices: []string{"Vivian", "Serena", "Ryan", "Aiden"}, Prompt: true, Input: Dollars(110)}},
	{ID: "tts-chatterbox-hd", Name: "Chatterbox HD", Kind: "tts", Privacy: "anonymized", About: "Speech in a voice read from a sample.",
		Speech: &Speech{Voices: []string{"Aurora", "Blade", "Britney", "Carl"}, Clones: "zero_shot", Keeps: 30, Input: Dollars(50)}},
	{ID: "tts-minimax-speech-02-hd", Name: "MiniMax Speech 02 HD", Kind: "tts", Privacy: "anonymized", About: "Speech in a voice that is kept.",
		Speech: &Speech{Voices: []string{"Wise_Woman", "Friendly_Person", "Deep_Voice_Man"}, Clones: "persistent", Keeps: 7, Speed: true,
			AnyVoice: true, Input: Dollars(125)}},
}

var listeners = []*Model{
	{ID: "nvidia/parakeet-tdt-0.6b-v3", Name: "Parakeet TDT 0.6B v3", Kind: "asr", Traits: []string{"default"}, About: "Fast transcripts.",
		Transcript: &Transcript{Dollars(0.0001)}},
	{ID: "openai/whisper-large-v3", Name: "Whisper Large v3", Kind: "asr", Aliases: []string{"whisper-1"}, About: "Transcripts of many languages.",
		Transcript: &Transcript{Dollars(0.0001)}},
	{ID: "elevenlabs/scribe-v2", Name: "Scribe v2", Kind: "asr", Privacy: "anonymized", About: "Transcripts of another provider.",
		Transcript: &Transcript{Dollars(0.00014)}},
}

var composers = []*Model{
	{ID: "elevenlabs-music", Name: "ElevenLabs Music", Kind: "music", Privacy: "anonymized", Traits: []string{"default"}, About: "Music by length.",
		Music: &Music{Prompt: 2000, Least: 1, Instrumental: true, Shortest: 3, Longest: 600, Usual: 60, Formats: []string{"mp3"},
			Tiers: []Tier{{"short", 3, 60, Dollars(0.75)}, {"medium", 61, 180, Dollars(1.5)}, {"long", 181, 600, Dollars(4)}}}},
	{ID: "ace-step-15", Name: "ACE-Step 1.5", Kind: "music", About: "Songs with lyrics, by the second.",
		Music: &Music{Prompt: 500, Least: 10, Lyrics: 4096, Instrumental: true, Language: true, Shortest: 15, Longest: 240, Usual: 60,
			Formats: []string{"mp3", "wav", "flac"}, Second: Dollars(0.0005)}},
	{ID: "minimax-music-v2", Name: "MiniMax Music 2.0", Kind: "music", Privacy: "anonymized", About: "Songs, which need lyrics.",
		Music: &Music{Prompt: 300, Least: 10, Lyrics: 3000, LyricsRequired: true, Usual: 60, Formats: []string{"mp3"}, Piece: Dollars(0.04)}},
	{ID: "elevenlabs-sound-effects-v2", Name: "ElevenLabs Sound Effects", Kind: "music", Privacy: "anonymized", About: "Sounds, also in loops.",
		Music: &Music{Prompt: 450, Least: 1, Loop: true, Shortest: 1, Longest: 22, Usual: 5, Formats: []string{"mp3"}, Second: Dollars(0.0025)}},
	{ID: "elevenlabs-tts-v3", Name: "ElevenLabs TTS v3", Kind: "music", Privacy: "anonymized", About: "Speech as a job, by length of text.",
		Music: &Music{Prompt: 5000, Least: 1, Language: true, Speed: true, Usual: 5, Formats: []string{"mp3"}, Voices: []string{"Rachel", "Aria", "Roger"},
			Thousand: Dollars(0.12)}},
	{ID: "elevenlabs-voice-changer", Name: "ElevenLabs Voice Changer", Kind: "music", Privacy: "anonymized", About: "Speaks a recording in another voice.",
		Music: &Music{Prompt: 0, Usual: 60, Changer: true, Recordings: []string{"wav", "mp3", "flac", "ogg", "mp4"}, LongestRecording: 300,
			Formats: []string{"mp3"}, Voices: []string{"Rachel", "Aria", "Roger"}, Second: Dollars(0.005)}},
}
