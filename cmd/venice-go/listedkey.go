// Listed keys: an API key of the account as keys list prints it.

package main

import (
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
)

// A listedKey is what is shown of a key.
type listedKey struct {
	ID           string   `json:"id"`
	Type         string   `json:"type"`
	Description  string   `json:"description"`
	Last6        string   `json:"last6"`
	LimitUSD     *float64 `json:"limitUsd"`
	LimitDIEM    *float64 `json:"limitDiem"`
	LimitPeriod  string   `json:"limitPeriod"`
	UsedUSD      string   `json:"usedUsd"`
	UsedDIEM     string   `json:"usedDiem"`
	ModelPrivacy string   `json:"modelPrivacy"`
	ExpiresAt    string   `json:"expiresAt"`
	LastUsedAt   string   `json:"lastUsedAt"`
}

func listKey(k *gen.APIKey) listedKey {
	l := listedKey{
		ID: k.ID, Type: string(k.APIKeyType), Description: textOf(k.Description), Last6: k.Last6Chars,
		LimitUSD: numberOf(k.ConsumptionLimits.USD), LimitDIEM: numberOf(k.ConsumptionLimits.DIEM), LimitPeriod: string(k.LimitPeriod),
		ExpiresAt: textOf(k.ExpiresAt), LastUsedAt: textOf(k.LastUsedAt),
	}
	var newer struct{ ModelPrivacy string } // which some revisions of the description do not have
	if loose.Recast(k, &newer) == nil {
		l.ModelPrivacy = newer.ModelPrivacy
	}
	if k.CurrentPeriodUsage != nil {
		l.UsedUSD, l.UsedDIEM = k.CurrentPeriodUsage.USD, k.CurrentPeriodUsage.DIEM
	}
	return l
}
