// The models that make pictures and films.

package catalog

var ratios = []string{"1:1", "3:2", "16:9", "21:9", "9:16", "2:3", "3:4", "4:5"}

var images = []*Model{
	{ID: "z-image-turbo", Name: "Z-Image Turbo", Kind: "image", Traits: []string{"default", "fastest"}, About: "Fast pictures.",
		Image: &Image{Prompt: 7500, Divisor: 1, Steps: 8, Most: 8, Each: Dollars(0.01)}},
	{ID: "venice-sd35", Name: "Venice SD35", Kind: "image", Traits: []string{"eliza-default"}, About: "Pictures, with steps.",
		Image: &Image{Prompt: 1500, Divisor: 16, Steps: 25, Most: 30, Each: Dollars(0.01)}},
	{ID: "lustify-sdxl", Name: "Lustify SDXL", Kind: "image", Traits: []string{"most_uncensored"}, Uncensored: true,
		About: "Pictures that other models refuse.",
		Image: &Image{Prompt: 1500, Divisor: 8, Steps: 20, Most: 50, Each: Dollars(0.01)}},
	{ID: "nano-banana-2", Name: "Nano Banana 2", Kind: "image", Privacy: "anonymized", Traits: []string{"highest_quality"},
		About: "Pictures of another provider, by shape and size class.",
		Image: &Image{Prompt: 7500, Divisor: 1, Steps: 1, Most: 1, Ratios: ratios, Resolutions: []string{"1K", "2K", "4K"}, StyleImages: 4,
			ByResolution: map[string]Money{"1K": Dollars(0.1), "2K": Dollars(0.14), "4K": Dollars(0.19)}}},
	{ID: "gpt-image-2", Name: "GPT Image 2", Kind: "image", Privacy: "anonymized", About: "Pictures of another provider, by quality.",
		Image: &Image{Prompt: 7500, Divisor: 1, Steps: 1, Most: 1, Ratios: ratios[:4], Resolutions: []string{"1K", "2K"},
			Qualities: []string{"high", "medium", "low"}, ByQuality: byQuality}},
	{ID: "upscaler", Name: "Upscaler", Kind: "upscale", Traits: []string{"default"}, About: "Enlarges pictures.", Upscale: &upscaling},
}

var byQuality = map[string]map[string]Money{
	"1K": {"low": Dollars(0.02), "medium": Dollars(0.07), "high": Dollars(0.27)},
	"2K": {"low": Dollars(0.03), "medium": Dollars(0.12), "high": Dollars(0.51)},
}

var edits = []*Model{
	{ID: "firered-image-edit", Name: "FireRed Image Edit", Kind: "inpaint", Traits: []string{"default"}, About: "Edits pictures by words.",
		Edit: &Edit{Prompt: 2000, Ratios: ratios, Combine: true, Images: 3, Each: Dollars(0.04)}},
	{ID: "qwen-edit", Name: "Qwen Edit", Kind: "inpaint", About: "Edits one picture.",
		Edit: &Edit{Prompt: 1500, Images: 1, Each: Dollars(0.04)}},
	{ID: "qwen-edit-uncensored", Name: "Qwen Edit Uncensored", Kind: "inpaint", Uncensored: true, About: "Edits what others refuse.",
		Edit: &Edit{Prompt: 1500, Ratios: ratios, Combine: true, Images: 3, Each: Dollars(0.04)}},
	{ID: "nano-banana-2-edit", Name: "Nano Banana 2 Edit", Kind: "inpaint", Privacy: "anonymized", About: "Edits by size class.",
		Edit: &Edit{Prompt: 7500, Ratios: ratios, Combine: true, Images: 3, Resolutions: []string{"1K", "2K", "4K"},
			ByResolution: map[string]Money{"1K": Dollars(0.1), "2K": Dollars(0.14), "4K": Dollars(0.19)}}},
	{ID: "gpt-image-2-edit", Name: "GPT Image 2 Edit", Kind: "inpaint", Privacy: "anonymized", About: "Edits by quality.",
		Edit: &Edit{Prompt: 7500, Ratios: ratios[:4], Combine: true, Images: 3, Resolutions: []string{"1K", "2K"},
			Qualities: []string{"high", "medium", "low"}, ByQuality: byQuality}},
	{ID: "flux-2-max-edit", Name: "Flux 2 Max Edit", Kind: "inpaint", Privacy: "anonymized", About: "Edits; more pictures cost more.",
		Edit: &Edit{Prompt: 3000, Ratios: ratios, Combine: true, Images: 3, Each: Dollars(0.09), Included: 1, Additional: Dollars(0.04)}},
}

var films = []*Model{
	{ID: "wan-2-7-text-to-video", Name: "Wan 2.7", Kind: "video", Traits: []string{"default"}, About: "Films from words.",
		Video: &Video{From: "text-to-video", Prompt: 2500, Durations: []string{"5s", "10s", "15s"}, Resolutions: []string{"720p", "1080p"},
			Ratios: []string{"16:9", "9:16", "1:1"}, Audio: true, AudioOff: true, Second: Dollars(0.1), WithAudio: Dollars(0.02)}},
	{ID: "wan-2-7-image-to-video", Name: "Wan 2.7 (image)", Kind: "video", About: "Films from a picture.",
		Video: &Video{From: "image-to-video", Prompt: 2500, Durations: []string{"5s", "10s", "15s"}, Resolutions: []string{"720p", "1080p"},
			Audio: true, AudioOff: true, Second: Dollars(0.1), WithAudio: Dollars(0.02)}},
	{ID: "seedance-2-0-text-to-video-basic", Name: "Seedance 2.0 Basic", Kind: "video", Privacy: "anonymized",
		About: "Films from words and references. Faces of real people need consent.",
		Video: &Video{From: "text-to-video", Prompt: 2500, Durations: []string{"5s", "8s", "10s"}, Resolutions: []string{"480p", "720p"},
			Ratios: []string{"16:9", "9:16", "1:1", "4:3"}, Audio: true, Consent: true, Second: Dollars(0.08)}},
	{ID: "topaz-video-upscale", Name: "Topaz Video Upscale", Kind: "video", Privacy: "anonymized", About: "Enlarges films.",
		Video: &Video{From: "video", Prompt: 2500, Upscales: true, Second: Dollars(0.03)}},
}
