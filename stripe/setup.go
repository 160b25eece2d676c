package stripe

import (
	"context"
	"errors"
	"fmt"

	"github.com/stripe/stripe-go/v85"

	"projectr"
)

// Setup makes what is sold known to Stripe: a product and a monthly price for each plan
// that has one, and the meter of what models cost. What is there as it should be stays; a
// price that has changed gets a successor, and who pays the old one keeps it. It says in a
// sentence each what it made. The portal is one on which how is paid is changed, and not what
// is paid for: ChangePlan is not to be passed by. No price is put on the meter: plans include a budget.
func (p *Payments) Setup(ctx context.Context, plans []projectr.Plan) ([]string, error) {
	var made []string
	for _, plan := range plans {
		if plan.PriceCents == 0 || plan.ByAgreement {
			continue
		}
		was, err := p.price(ctx, plan.Name)
		if err != nil && projectr.KindOf(err) != projectr.Conflict {
			return made, err
		}
		if was != nil && was.UnitAmount == plan.PriceCents && was.Currency == stripe.CurrencyUSD && was.Metadata[planKey] == plan.Name {
			continue
		}
		product, err := p.product(ctx, plan)
		if err != nil {
			return made, err
		}
		in := &stripe.PriceCreateParams{
			Product: stripe.String(product), Currency: stripe.String(string(stripe.CurrencyUSD)), UnitAmount: stripe.Int64(plan.PriceCents),
			Recurring: &stripe.PriceCreateRecurringParams{Interval: stripe.String("month")},
			LookupKey: stripe.String(lookup + plan.Name), TransferLookupKey: stripe.Bool(true), Metadata: map[string]string{planKey: plan.Name},
		}
		if _, err := p.client.V1Prices.Create(ctx, in); err != nil {
			return made, said("make price", err)
		}
		made = append(made, fmt.Sprintf("The price of %s: %d.%02d USD a month.", plan.Name, plan.PriceCents/100, plan.PriceCents%100))
	}
	portal, err := p.portal(ctx)
	if err != nil {
		return made, err
	}
	if portal == "" {
		on, off := stripe.Bool(true), stripe.Bool(false)
		if _, err := p.client.V1BillingPortalConfigurations.Create(ctx, &stripe.BillingPortalConfigurationCreateParams{
			Metadata: map[string]string{portalKey: portalNow},
			Features: &stripe.BillingPortalConfigurationCreateFeaturesParams{
				CustomerUpdate: &stripe.BillingPortalConfigurationCreateFeaturesCustomerUpdateParams{
					Enabled: on, AllowedUpdates: stripe.StringSlice([]string{"email", "name", "address", "phone", "tax_id"})},
				InvoiceHistory:      &stripe.BillingPortalConfigurationCreateFeaturesInvoiceHistoryParams{Enabled: on},
				PaymentMethodUpdate: &stripe.BillingPortalConfigurationCreateFeaturesPaymentMethodUpdateParams{Enabled: on},
				SubscriptionCancel:  &stripe.BillingPortalConfigurationCreateFeaturesSubscriptionCancelParams{Enabled: on, Mode: stripe.String("at_period_end")},
				SubscriptionUpdate:  &stripe.BillingPortalConfigurationCreateFeaturesSubscriptionUpdateParams{Enabled: off},
			},
		}); err != nil {
			return made, said("make portal", err)
		}
		made = append(made, "The portal in which customers change how they pay.")
	}
	for m, err := range p.client.V1BillingMeters.List(ctx, &stripe.BillingMeterListParams{}).All(ctx) {
		if err != nil {
			return made, said("look for meters", err)
		}
		if m.EventName == projectr.AIMeter && m.Status == stripe.BillingMeterStatusActive {
			return made, nil
		}
	}
	_, err = p.client.V1BillingMeters.Create(ctx, &stripe.BillingMeterCreateParams{
		DisplayName: stripe.String("Projectr: AI, in micro-USD"), EventName: stripe.String(projectr.AIMeter),
		DefaultAggregation: &stripe.BillingMeterCreateDefaultAggregationParams{Formula: stripe.String("sum")},
	})
	if err != nil {
		return made, said("make meter", err)
	}
	return append(made, "The meter "+projectr.AIMeter+"."), nil
}

// product makes the product of a plan unless there is one.
func (p *Payments) product(ctx context.Context, plan projectr.Plan) (string, error) {
	id := "projectr_" + plan.Name
	x, err := p.client.V1Products.Retrieve(ctx, id, nil)
	var e *stripe.Error
	if errors.As(err, &e) && e.Code == stripe.ErrorCodeResourceMissing {
		x, err = p.client.V1Products.Create(ctx, &stripe.ProductCreateParams{ID: stripe.String(id), Name: stripe.String("Projectr " + plan.Name), Metadata: map[string]string{planKey: plan.Name}})
	}
	if err != nil {
		return "", said("make product", err)
	}
	return x.ID, nil
}
