/* bulla-gateway-page-dates.c - collects the dates of the versions that a page is made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-pages.h"

/**
 * bulla_gateway_page_take_date:
 * @page: (nullable): a page; %NULL is left out
 * @date: the date of a version that the page is made of, Unix seconds; a negative one is left out
 */
void
bulla_gateway_page_take_date (BullaGatewayPage *page, gint64 date)
{
  if (page == NULL || date < 0)
    return;
  page->earliest = page->dated ? MIN (page->earliest, date) : date;
  page->latest = page->dated ? MAX (page->latest, date) : date;
  page->dated = TRUE;
}

/**
 * bulla_gateway_page_fill_dates:
 * @page: (nullable): the page that asks
 * @facts: (inout): facts about its request
 */
void
bulla_gateway_page_fill_dates (const BullaGatewayPage *page, BullaRequestFacts *facts)
{
  facts->page_dated = page != NULL && page->dated;
  if (!facts->page_dated)
    return;
  facts->page_earliest = page->earliest;
  facts->page_latest = page->latest;
}

/**
 * bulla_gateway_pages_take_part:
 * @request: a request that is being answered
 * @date: the date of the response, Unix seconds; -1 if it has none
 *
 * The response becomes a part of the page that asked for it.
 */
void
bulla_gateway_pages_take_part (BullaGatewayRequest *request, gint64 date)
{
  if (date >= 0 && request->destination == BULLA_DESTINATION_SUBRESOURCE)
    bulla_gateway_page_take_date (bulla_gateway_pages_find (request), date);
}
