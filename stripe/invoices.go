package stripe

import (
	"context"
	"strings"

	"github.com/stripe/stripe-go/v85"

	"projectr"
)

// mostCharges is how many charges of a customer are looked at, with those that failed.
const mostCharges = 300

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
	all := []projectr.Invoice{}
	for _, i := range list.Data() {
		x := projectr.Invoice{ID: i.ID, Number: i.Number, At: at(i.Created), State: string(i.Status), Total: i.Total, Due: i.AmountDue,
			Paid:     i.AmountPaid - i.PostPaymentCreditNotesAmount - back[i.ID],
			Currency: strings.ToUpper(string(i.Currency)), URL: i.HostedInvoiceURL, PDF: i.InvoicePDF}
		if i.StatusTransitions != nil {
			x.PaidAt = at(i.StatusTransitions.PaidAt)
		}
		all = append(all, x)
	}
	return all, nil
}

// givenBack is what was given back of what was paid for invoices beside their credit notes,
// by their ids: by refunds of the charge, and by disputes that were lost.
func (p *Payments) givenBack(ctx context.Context, customer string, invoices []*stripe.Invoice) (map[string]int64, error) {
	paidFor := map[string]string{} // which invoice, by payment intent or charge
	for _, i := range invoices {
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
	refunded, lost, n := map[string]int64{}, map[string]int64{}, 0
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
		if c.AmountRefunded > 0 {
			refunded[invoice] += c.AmountRefunded
		}
		if c.Disputed {
			for d, err := range p.client.V1Disputes.List(ctx, &stripe.DisputeListParams{Charge: stripe.String(c.ID)}).All(ctx) {
				if err != nil {
					return nil, said("ask for disputes", err)
				}
				if d.Status == stripe.DisputeStatusLost {
					lost[invoice] += d.Amount
				}
			}
		}
	}
	if len(refunded) > 0 { // a credit note may be what a refund was for: then it is told by that
		notes := &stripe.CreditNoteListParams{Customer: stripe.String(customer)}
		notes.Limit = stripe.Int64(100)
		for note, err := range p.client.V1CreditNotes.List(ctx, notes).All(ctx) {
			if err != nil {
				return nil, said("ask for credit notes", err)
			}
			if note.Invoice == nil || note.Status == stripe.CreditNoteStatusVoid {
				continue
			}
			for _, r := range note.Refunds {
				refunded[note.Invoice.ID] -= r.AmountRefunded
			}
		}
	}
	for invoice, cents := range refunded {
		lost[invoice] += max(cents, 0)
	}
	return lost, nil
}
