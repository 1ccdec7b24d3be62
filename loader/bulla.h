/* bulla.h - all of libbulla-1
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"
#include "bulla-catalogue.h"
#include "bulla-contact.h"
#include "bulla-door.h"
#include "bulla-error.h"
#include "bulla-explain.h"
#include "bulla-gateway-delegate.h"
#include "bulla-gateway.h"
#include "bulla-ledger.h"
#include "bulla-load.h"
#include "bulla-loader.h"
#include "bulla-macros.h"
#include "bulla-outer.h"
#include "bulla-package.h"
#include "bulla-profile.h"
#include "bulla-reason.h"
#include "bulla-request.h"
#include "bulla-trust.h"
#include "bulla-verdict.h"
