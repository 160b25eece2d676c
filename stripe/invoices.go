package stripe

import (
	"context"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/stripe/stripe-go/v85"

	"projectr"
)

const (
	mostCharges = 300       // of a customer that are looked at, with those that failed
	pricesKept  = time.Hour // how long it may take until a price that is given to a plan by hand is known
)

// Invoices lists the newest invoices of a customer, at most 100.
func (p *Payments) Invoices(ctx context.Context, customer string) ([]projectr.Invoice, error) {
	in := &stripe.InvoiceListParams{Customer: stripe.String(customer)}
	in.Limit = stripe.Int64(100)
	in.AddExpand("data.payments")
	list := p.client.V1Invoices.List(ctx, in)
	if err := list.Err(); err != nil {
		return nil, said("ask for invoices", err)
	}
	paid := false
	for _, i := range list.Data() {
		paid = paid || i.AmountPaid > 0
	}
	var back map[string]int64
	if paid {
		var err error
		if back, err = p.givenBack(ctx, customer, list.Data()); err != nil {
			return nil, err
		}
	}
	for _, i := range list.Data() {
		p.allLines(ctx, i)
	}
	plans := p.plans(ctx, list.Data())
	all := []projectr.Invoice{}
	for _, i := range list.Data() {
		x := projectr.Invoice{ID: i.ID, Number: i.Number, At: at(i.Created), State: string(i.Status), Total: i.Total, Due: i.AmountDue, Tries: i.NextPaymentAttempt > 0,
			Paid:     i.AmountPaid - back[i.ID],
			Currency: strings.ToUpper(string(i.Currency)), URL: i.HostedInvoiceURL, PDF: i.InvoicePDF}
		if i.StatusTransitions != nil {
			x.PaidAt = at(i.StatusTransitions.PaidAt)
		}
		x.Plan, x.InsteadOf = isFor(i, plans)
		all = append(all, x)
	}
	return all, nil
}

// allLines has an invoice have all its lines, of which it comes with the first ones. Where they
// cannot be listed it has none, and so names no plan: what was paid must not wait for that.
func (p *Payments) allLines(ctx context.Context, i *stripe.Invoice) {
	if i.Lines == nil || !i.Lines.HasMore {
		return
	}
	in := &stripe.InvoiceListLinesParams{Invoice: stripe.String(i.ID)}
	in.Limit = stripe.Int64(100)
	i.Lines = &stripe.InvoiceLineItemList{}
	for l, err := range p.client.V1Invoices.ListLines(ctx, in).All(ctx) {
		if err != nil {
			i.Lines = nil
			return
		}
		if i.Lines.Data = append(i.Lines.Data, l); len(i.Lines.Data) >= mostPages*100 {
			return
		}
	}
}

// isFor is which plan an invoice charges, and which other one it credits the rest of. Of
// several changes in one period, which an account's owner may let run up, it is from the
// first to the last.
func isFor(i *stripe.Invoice, plans map[string]string) (plan, insteadOf string) {
	if i.Lines == nil {
		return "", ""
	}
	var charged, credited *stripe.InvoiceLineItem
	for _, l := range i.Lines.Data {
		part := prorates(l)
		switch {
		case plans[priceOf(l)] == "" || l.Period == nil:
		case part && l.Amount < 0:
			if credited == nil || l.Period.Start < credited.Period.Start {
				credited = l
			}
		case l.Amount > 0 || l.Amount == 0 && !part: // a trial costs nothing
			if charged == nil || l.Period.Start > charged.Period.Start || l.Period.Start == charged.Period.Start && !part {
				charged = l
			}
		}
	}
	if charged == nil {
		return "", ""
	}
	plan = plans[priceOf(charged)]
	if credited != nil && plans[priceOf(credited)] != plan {
		insteadOf = plans[priceOf(credited)]
	}
	return plan, insteadOf
}

// priceOf is the id of the price of a line; empty: it has none.
func priceOf(l *stripe.InvoiceLineItem) string {
	if l.Pricing == nil || l.Pricing.PriceDetails == nil || l.Pricing.PriceDetails.Price == nil {
		return ""
	}
	return l.Pricing.PriceDetails.Price.ID
}

// prices is which plan each price is of, by its id; empty: of none.
type prices struct {
	sync.Mutex
	plan  map[string]string // never written to once it is here
	asked time.Time
}

// plans is which plan each price is of that lines of invoices name. A line has no more than
// the id, and to have Stripe write out all of a price there is too deep a thing to ask for.
// When prices cannot be listed it is what is known already: what was paid must not wait for
// the names of plans. The next call asks again.
func (p *Payments) plans(ctx context.Context, invoices []*stripe.Invoice) map[string]string {
	p.prices.Lock()
	known, old := p.prices.plan, p.now().Sub(p.prices.asked) >= pricesKept
	p.prices.Unlock()
	unknown := map[string]string{}
	for _, i := range invoices {
		if i.Lines == nil {
			continue
		}
		for _, l := range i.Lines.Data {
			id := priceOf(l)
			if _, ok := known[id]; id != "" && (!ok || old) {
				unknown[id] = ""
			}
		}
	}
	if len(unknown) == 0 {
		return known
	}
	all := unknown // what is not listed is not asked for again
	maps.Copy(all, known)
	in := &stripe.PriceListParams{}
	in.Limit = stripe.Int64(100)
	n := 0
	for x, err := range p.client.V1Prices.List(ctx, in).All(ctx) { // also those that are not sold any more
		if err != nil {
			return known
		}
		if n++; n > mostPages*100 {
			break
		}
		all[x.ID] = x.Metadata[planKey]
	}
	p.prices.Lock()
	defer p.prices.Unlock()
	p.prices.plan, p.prices.asked = all, p.now()
	return all
}

// givenBack is what was given back of what was paid for invoices, by their ids: by refunds of
// the charge, by other means as a credit note says, and by disputes that were lost. What a
// credit note leaves to the customer as credit is no part of it: the next invoice is paid by
// so much less.
func (p *Payments) givenBack(ctx context.Context, customer string, invoices []*stripe.Invoice) (map[string]int64, error) {
	paidFor, noted := map[string]string{}, false // which invoice, by payment intent or charge
	for _, i := range invoices {
		noted = noted || i.PostPaymentCreditNotesAmount > 0
		if i.Payments == nil {
			continue
		}
		for _, x := range i.Payments.Data {
			switch {
			case x.Payment == nil:
			case x.Payment.PaymentIntent != nil:
				paidFor[x.Payment.PaymentIntent.ID] = i.ID
			case x.Payment.Charge != nil:
				paidFor[x.Payment.Charge.ID] = i.ID
			}
		}
	}
	in := &stripe.ChargeListParams{Customer: stripe.String(customer)}
	in.Limit = stripe.Int64(100)
	back, n := map[string]int64{}, 0
	for c, err := range p.client.V1Charges.List(ctx, in).All(ctx) {
		if err != nil {
			return nil, said("ask for charges", err)
		}
		if n++; n > mostCharges {
			break
		}
		invoice := paidFor[c.ID]
		if c.PaymentIntent != nil && invoice == "" {
			invoice = paidFor[c.PaymentIntent.ID]
		}
		if invoice == "" {
			continue // of something else that the account sells
		}
		back[invoice] += c.AmountRefunded
		if c.Disputed {
			for d, err := range p.client.V1Disputes.List(ctx, &stripe.DisputeListParams{Charge: stripe.String(c.ID)}).All(ctx) {
				if err != nil {
					return nil, said("ask for disputes", err)
				}
				if d.Status == stripe.DisputeStatusLost {
					back[invoice] += d.Amount
				}
			}
		}
	}
	if noted {
		notes := &stripe.CreditNoteListParams{Customer: stripe.String(customer)}
		notes.Limit = stripe.Int64(100)
		for note, err := range p.client.V1CreditNotes.List(ctx, notes).All(ctx) {
			if err != nil {
				return nil, said("ask for credit notes", err)
			}
			if note.Invoice != nil && note.Status != stripe.CreditNoteStatusVoid {
				back[note.Invoice.ID] += note.OutOfBandAmount
			}
		}
	}
	return back, nil
}
