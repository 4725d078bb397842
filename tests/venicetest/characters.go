// Public characters, and what is thought of them.

package venicetest

import (
	"cmp"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A character is one that a chat can be with.
type character struct {
	slug, name, about, model string
	tags                     []string
	adult, web, featured     bool
	imports                  int
	ratings                  []int // stars, the oldest first
}

var characters = []character{
	{"alan-watts", "Alan Watts", "A philosopher who speaks of Zen and the joy of being.", "zai-org-glm-5-1", []string{"philosophy", "zen"}, false, true, true, 1200, []int{5, 5, 4, 5}},
	{"ada-the-engineer", "Ada", "An engineer who explains programs step by step.", "qwen3-coder-480b-a35b-instruct", []string{"code", "teacher"}, false, true, true, 800, []int{5, 4, 4}},
	{"captain-salt", "Captain Salt", "An old sailor with a tale for every storm.", "kimi-k2-6", []string{"roleplay", "sea"}, false, false, false, 300, []int{3, 4}},
	{"dr-garden", "Doctor Garden", "A doctor of plants.", "zai-org-glm-5-1", []string{"garden", "teacher"}, false, false, false, 150, []int{5}},
	{"noir-detective", "The Detective", "It was raining when the client came in.", "venice-uncensored-1-2", []string{"roleplay", "crime"}, true, false, false, 90, []int{2, 3, 5}},
	{"quiet-poet", "The Quiet Poet", "Answers in few lines.", "claude-opus-4-6", []string{"poetry"}, false, false, false, 20, nil},
}

func (c character) rating() (mean float64, stars int) {
	for _, s := range c.ratings {
		stars += s
	}
	return float64(stars) / float64(max(1, len(c.ratings))), stars
}

// made is when the character was made: the later in the list, the later.
func (c character) made() time.Time {
	i := slices.IndexFunc(characters, func(o character) bool { return o.slug == c.slug })
	return time.Date(2026, time.January, 1+i, 12, 0, 0, 0, time.UTC)
}

func (c character) view() map[string]any {
	mean, stars := c.rating()
	return map[string]any{
		"id": "character-" + c.slug, "slug": c.slug, "name": c.name, "description": c.about, "modelId": c.model, "tags": c.tags,
		"adult": c.adult, "webEnabled": c.web, "featured": c.featured, "author": "venicetest", "photoUrl": nil,
		"shareUrl": "https://venice.ai/c/" + c.slug, "createdAt": timestamp(c.made()), "updatedAt": timestamp(c.made()),
		"stats": map[string]any{
			"averageRating": mean, "imports": c.imports, "ratingCount": len(c.ratings), "ratingSum": stars, "userRating": nil,
		},
	}
}

func (h *Handler) listCharacters(r *request) answer {
	query := r.URL.Query()
	found := []character{}
	for _, c := range characters {
		if c.fits(query) {
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b character) int {
		if query.Get("sortOrder") == "asc" {
			return before(query.Get("sortBy"), a, b)
		}
		return before(query.Get("sortBy"), b, a)
	})
	limit, offset := 50, 0
	for name, into := range map[string]*int{"limit": &limit, "offset": &offset} {
		if n, err := strconv.Atoi(query.Get(name)); err == nil { // the contract has seen it
			*into = n
		}
	}
	data := []any{}
	for _, c := range found[min(offset, len(found)):min(offset+limit, len(found))] {
		data = append(data, c.view())
	}
	return ok(map[string]any{"object": "list", "data": data})
}

// fits reports whether the filters of the query let the character through.
func (c character) fits(query url.Values) bool {
	for name, is := range map[string]bool{"isAdult": c.adult, "isWebEnabled": c.web, "isPro": c.model == "claude-opus-4-6"} {
		if want := query.Get(name); want != "" && want != strconv.FormatBool(is) {
			return false
		}
	}
	some := func(name string, is func(string) bool) bool {
		return !query.Has(name) || slices.ContainsFunc(query[name], is)
	}
	tagged := func(tag string) bool { return slices.Contains(c.tags, tag) }
	text := strings.ToLower(query.Get("search"))
	tag, byTag := strings.CutPrefix(text, "#")
	return some("modelId", func(id string) bool { return id == c.model }) && some("tags", tagged) && some("categories", tagged) &&
		(byTag && tagged(tag) || !byTag && strings.Contains(strings.ToLower(c.name+" "+c.about+" "+strings.Join(c.tags, " ")), text))
}

// before compares characters by what the query orders by, the lesser first.
func before(by string, a, b character) int {
	meanA, _ := a.rating()
	meanB, _ := b.rating()
	switch by {
	case "imports":
		return cmp.Compare(a.imports, b.imports)
	case "mostRecent":
		return a.made().Compare(b.made())
	case "ratingCount":
		return cmp.Compare(len(a.ratings), len(b.ratings))
	case "highestRating", "highlyRated", "highlyRatedAndRecent":
		return cmp.Compare(meanA, meanB)
	}
	rank := map[bool]int{true: 1}
	return cmp.Or(cmp.Compare(rank[a.featured], rank[b.featured]), cmp.Compare(a.imports, b.imports))
}

func characterOf(r *request) (character, *answer) {
	i := slices.IndexFunc(characters, func(c character) bool { return c.slug == r.PathValue("slug") })
	if i < 0 {
		return character{}, new(refuse(http.StatusNotFound, "Character not found"))
	}
	return characters[i], nil
}

func (h *Handler) getCharacter(r *request) answer {
	c, refusal := characterOf(r)
	if refusal != nil {
		return *refusal
	}
	return ok(map[string]any{"object": "character", "data": c.view()})
}

// listReviews has a review for each rating, the newest first.
func (h *Handler) listReviews(r *request) answer {
	c, refusal := characterOf(r)
	if refusal != nil {
		return *refusal
	}
	page, size := 1, 20
	for name, into := range map[string]*int{"page": &page, "pageSize": &size} {
		if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil && n > 0 {
			*into = n
		}
	}
	total := len(c.ratings)
	data := []any{}
	for i := total - 1 - min(page-1, total)*size; i >= max(0, total-min(page, total)*size); i-- {
		data = append(data, map[string]any{
			"id": "review-" + c.slug + "-" + strconv.Itoa(i+1), "characterId": "character-" + c.slug, "rating": c.ratings[i],
			"message": "Rated " + c.name + " with " + strconv.Itoa(c.ratings[i]) + " of 5.", "username": "user-" + strconv.Itoa(i+1),
			"isOwner": false, "locale": "en", "userAvatarUrl": nil, "createdAt": timestamp(c.made().AddDate(0, 0, i+1)),
		})
	}
	mean, _ := c.rating()
	return ok(map[string]any{
		"object": "list", "data": data, "summary": map[string]any{"averageRating": mean, "totalReviews": total},
		"pagination": map[string]any{"page": page, "pageSize": size, "total": total, "totalPages": int(math.Ceil(float64(total) / float64(size)))},
	})
}
