// Models that make pictures, sound and films.

package catalog

// An Image draws. Sizes are asked for in pixels, or as a class and a shape where the model has some.
type Image struct {
	Prompt       int // most characters
	Divisor      int // width and height are multiples of it
	Steps, Most  int // of refinement: when absent, and at most
	Ratios       []string
	Resolutions  []string // classes such as 1K; the first holds when absent
	Qualities    []string // the first holds when absent
	StyleImages  int
	Each         Money                       // price of an image, if it is the same for all
	ByResolution map[string]Money            // else by class
	ByQuality    map[string]map[string]Money // or by class and quality
}

// Price is that of one image.
func (i *Image) Price(resolution, quality string) Money {
	return pieces(i.Each, i.ByResolution, i.ByQuality, i.Resolutions, i.Qualities, resolution, quality)
}

func pieces(each Money, byResolution map[string]Money, byQuality map[string]map[string]Money, resolutions, qualities []string,
	resolution, quality string) Money {
	or := func(s string, list []string) string {
		if s == "" && len(list) > 0 {
			return list[0]
		}
		return s
	}
	resolution, quality = or(resolution, resolutions), or(quality, qualities)
	if byQuality != nil {
		return byQuality[resolution][quality]
	}
	if byResolution != nil {
		return byResolution[resolution]
	}
	return each
}

// An Edit changes pictures, or joins several.
type Edit struct {
	Prompt       int
	Ratios       []string
	Combine      bool
	Images       int // most in a call
	Resolutions  []string
	Qualities    []string
	Each         Money
	Included     int   // pictures in the price; 0 for all
	Additional   Money // for each one more
	ByResolution map[string]Money
	ByQuality    map[string]map[string]Money
}

// Price is that of an edit of so many pictures.
func (e *Edit) Price(images int, resolution, quality string) Money {
	price := pieces(e.Each, e.ByResolution, e.ByQuality, e.Resolutions, e.Qualities, resolution, quality)
	if e.Included > 0 && images > e.Included {
		price += Money(images-e.Included) * e.Additional
	}
	return price
}

// An Upscale enlarges.
type Upscale struct{ Twice, Fourfold Money }

// A Speech model speaks. Its price is per million characters.
type Speech struct {
	Voices   []string // the first speaks when none is named
	Clones   string   // how it clones voices: zero_shot, persistent, "" for not
	Keeps    int      // days
	Speed    bool
	Prompt   bool
	AnyVoice bool // ids of the provider's are taken
	Input    Money
}

// A Transcript model listens. Its price is per second.
type Transcript struct{ Second Money }

// A Music model makes music, sounds or speech as a job, or speaks a recording in another voice. One of the prices is set.
type Music struct {
	Prompt, Least           int // characters of a prompt: most, fewest
	Lyrics                  int // most characters; 0 for a model without
	LyricsRequired          bool
	Instrumental, Loop      bool
	Language, Speed         bool
	Shortest, Longest       int   // seconds; 0 where the length cannot be asked for
	Lengths                 []int // those to choose from, if not any
	Usual                   int   // seconds when absent
	Formats                 []string
	Voices                  []string
	Changer                 bool // a voice changer
	Recordings              []string
	LongestRecording        int // seconds
	Piece, Second, Thousand Money
	Tiers                   []Tier
}

// A Tier is the price of a piece of some length.
type Tier struct {
	Name     string
	From, To int // seconds
	Price    Money
}

// Price is that of a piece of so many seconds, made from so many characters.
func (m *Music) Price(seconds, characters int) Money {
	switch {
	case m.Second > 0:
		return m.Second * Money(seconds)
	case m.Thousand > 0:
		return m.Thousand * Money((characters+999)/1000)
	}
	for _, t := range m.Tiers {
		if seconds <= t.To {
			return t.Price
		}
	}
	return m.Piece
}

// A Video model makes films as a job. The list has no prices: a quote tells them.
type Video struct {
	From              string // what it starts from: text-to-video, image-to-video, video
	Prompt            int
	Durations         []string // such as 5s; empty for a model that takes none. The first holds when absent
	Resolutions       []string
	Ratios            []string
	Audio, AudioOff   bool // it makes sound, which can be left out
	Upscales          bool
	Consent           bool  // to faces of real people
	Second, WithAudio Money // price of a second, of which the sound
}
