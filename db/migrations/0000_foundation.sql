CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alias" text NOT NULL,
	"name" text NOT NULL,
	"domain" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "accounts_alias_unique" UNIQUE("alias"),
	CONSTRAINT "accounts_domain_unique" UNIQUE("domain")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"account_id" uuid NOT NULL,
	"actor" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"answer" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_account_id_actor_key_pk" PRIMARY KEY("account_id","actor","key")
);
--> statement-breakpoint
CREATE TABLE "test_clock" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"offset_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "test_clock_single_row" CHECK ("test_clock"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "throttles" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "event_log_heads" (
	"account_id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "event_logs" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"event" text NOT NULL,
	"resource" text NOT NULL,
	"resource_id" text NOT NULL,
	"user_id" uuid,
	"actor" text NOT NULL,
	"on_behalf_of" text,
	"ip" text,
	"request_id" text NOT NULL,
	"changes" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "event_logs_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "event_logs_seq" UNIQUE("account_id","seq")
);
--> statement-breakpoint
CREATE TABLE "order_licenses" (
	"account_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"index" integer NOT NULL,
	"license_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "order_licenses_account_id_order_id_line_index_pk" PRIMARY KEY("account_id","order_id","line","index")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid,
	"price_id" uuid NOT NULL,
	"quantity" integer DEFAULT 1 NOT NULL,
	"mode" text NOT NULL,
	"livemode" boolean NOT NULL,
	"checkout_session_id" text,
	"subscription_id" text,
	"payment_intent_id" text,
	"currency" text NOT NULL,
	"amount_total" integer,
	"payment_status" text DEFAULT 'open' NOT NULL,
	"attention" text,
	"paid_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"expired_at" timestamp with time zone,
	"reconciled_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "orders_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "orders_session" UNIQUE("account_id","checkout_session_id"),
	CONSTRAINT "orders_subscription" UNIQUE("account_id","subscription_id")
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"account_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"state" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "reconciliations_account_id_subject_pk" PRIMARY KEY("account_id","subject")
);
--> statement-breakpoint
CREATE TABLE "stripe_customers" (
	"account_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"livemode" boolean NOT NULL,
	"customer_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stripe_customers_account_id_user_id_livemode_pk" PRIMARY KEY("account_id","user_id","livemode"),
	CONSTRAINT "stripe_customers_customer" UNIQUE("account_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "stripe_events" (
	"account_id" uuid NOT NULL,
	"id" text NOT NULL,
	"type" text NOT NULL,
	"subject" text,
	"object_id" text,
	"api_version" text,
	"livemode" boolean NOT NULL,
	"source" text NOT NULL,
	"deliveries" integer DEFAULT 1 NOT NULL,
	"status" text NOT NULL,
	"note" text,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"handled_at" timestamp with time zone,
	CONSTRAINT "stripe_events_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "sweep_cursors" (
	"account_id" uuid NOT NULL,
	"name" text NOT NULL,
	"read_until" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sweep_cursors_account_id_name_pk" PRIMARY KEY("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "activations" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"license_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"user_hash" text DEFAULT '' NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"os" text NOT NULL,
	"os_version" text DEFAULT '' NOT NULL,
	"hostname" text NOT NULL,
	"vm_name" text DEFAULT '' NOT NULL,
	"container" boolean DEFAULT false NOT NULL,
	"offline" boolean DEFAULT false NOT NULL,
	"app_version" text DEFAULT '' NOT NULL,
	"release_version" text DEFAULT '' NOT NULL,
	"client_version" text DEFAULT '' NOT NULL,
	"ip" text,
	"country_code" text,
	"expires_at" timestamp with time zone,
	"lease_expires_at" timestamp with time zone,
	"last_synced_at" timestamp with time zone NOT NULL,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "activations_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "activations_device" UNIQUE("account_id","license_id","fingerprint","user_hash")
);
--> statement-breakpoint
CREATE TABLE "licenses" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"license_template_id" uuid NOT NULL,
	"user_id" uuid,
	"sealed_key" text NOT NULL,
	"key_hash" text NOT NULL,
	"key_prefix" text NOT NULL,
	"type" text DEFAULT 'node-locked' NOT NULL,
	"fingerprint_matching_strategy" text DEFAULT 'exact' NOT NULL,
	"allowed_activations" integer DEFAULT 1 NOT NULL,
	"allowed_deactivations" integer DEFAULT -1 NOT NULL,
	"allowed_floating_clients" integer DEFAULT 0 NOT NULL,
	"subscription_interval" text DEFAULT '' NOT NULL,
	"subscription_start_trigger" text DEFAULT 'creation' NOT NULL,
	"lease_duration" integer DEFAULT -1 NOT NULL,
	"leasing_strategy" text DEFAULT 'per-machine' NOT NULL,
	"allow_client_lease_duration" boolean DEFAULT false NOT NULL,
	"server_sync_interval" integer DEFAULT 86400 NOT NULL,
	"server_sync_grace_period" integer DEFAULT 1209600 NOT NULL,
	"allowed_clock_offset" integer DEFAULT 3600 NOT NULL,
	"disable_clock_validation" boolean DEFAULT false NOT NULL,
	"expiring_soon_event_offset" integer DEFAULT 1209600 NOT NULL,
	"expiry_grace_period" integer DEFAULT 0 NOT NULL,
	"allow_vm_activation" boolean DEFAULT true NOT NULL,
	"allow_container_activation" boolean DEFAULT true NOT NULL,
	"user_locked" boolean DEFAULT false NOT NULL,
	"require_authentication" boolean DEFAULT false NOT NULL,
	"disable_geo_location" boolean DEFAULT false NOT NULL,
	"allowed_ip_ranges" text[] DEFAULT '{}' NOT NULL,
	"allowed_ip_addresses" text[] DEFAULT '{}' NOT NULL,
	"disallowed_ip_addresses" text[] DEFAULT '{}' NOT NULL,
	"allowed_countries" text[] DEFAULT '{}' NOT NULL,
	"disallowed_countries" text[] DEFAULT '{}' NOT NULL,
	"expires_at" timestamp with time zone,
	"effective_at" timestamp with time zone,
	"expiry_held_until" timestamp with time zone,
	"suspended_manual_at" timestamp with time zone,
	"suspended_billing_at" timestamp with time zone,
	"revoked_manual_at" timestamp with time zone,
	"revoked_billing_at" timestamp with time zone,
	"first_activated_at" timestamp with time zone,
	"total_deactivations" integer DEFAULT 0 NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "licenses_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "licenses_key" UNIQUE("account_id","key_hash"),
	CONSTRAINT "licenses_deactivations" CHECK ("licenses"."total_deactivations" >= 0)
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid,
	"template" text NOT NULL,
	"sealed_to" text NOT NULL,
	"sealed_props" text NOT NULL,
	"sealed_content" text,
	"state" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"sent_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "mails_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "operator_sessions" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"user_agent" text DEFAULT '' NOT NULL,
	"ip" text,
	"authenticated_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "operator_sessions_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"role_id" uuid NOT NULL,
	"email" text NOT NULL,
	"email_canonical" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"disabled_at" timestamp with time zone,
	"last_login_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "operators_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "operators_email" UNIQUE("account_id","email_canonical")
);
--> statement-breakpoint
CREATE TABLE "personal_access_tokens" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"token_hash" text NOT NULL,
	"prefix" text NOT NULL,
	"last_four" text NOT NULL,
	"scopes" text[] NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "personal_access_tokens_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"claims" text[] NOT NULL,
	"reserved" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "roles_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "roles_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "setup_links" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "setup_links_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "license_templates" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"key_pattern" text DEFAULT '^([A-F0-9]{6}-){5}[A-F0-9]{6}$' NOT NULL,
	"type" text DEFAULT 'node-locked' NOT NULL,
	"fingerprint_matching_strategy" text DEFAULT 'exact' NOT NULL,
	"allowed_activations" integer DEFAULT 1 NOT NULL,
	"allowed_deactivations" integer DEFAULT -1 NOT NULL,
	"allowed_floating_clients" integer DEFAULT 0 NOT NULL,
	"subscription_interval" text DEFAULT '' NOT NULL,
	"subscription_start_trigger" text DEFAULT 'creation' NOT NULL,
	"lease_duration" integer DEFAULT -1 NOT NULL,
	"leasing_strategy" text DEFAULT 'per-machine' NOT NULL,
	"allow_client_lease_duration" boolean DEFAULT false NOT NULL,
	"server_sync_interval" integer DEFAULT 86400 NOT NULL,
	"server_sync_grace_period" integer DEFAULT 1209600 NOT NULL,
	"allowed_clock_offset" integer DEFAULT 3600 NOT NULL,
	"disable_clock_validation" boolean DEFAULT false NOT NULL,
	"expiring_soon_event_offset" integer DEFAULT 1209600 NOT NULL,
	"expiry_grace_period" integer DEFAULT 0 NOT NULL,
	"allow_vm_activation" boolean DEFAULT true NOT NULL,
	"allow_container_activation" boolean DEFAULT true NOT NULL,
	"user_locked" boolean DEFAULT false NOT NULL,
	"require_authentication" boolean DEFAULT false NOT NULL,
	"disable_geo_location" boolean DEFAULT false NOT NULL,
	"allowed_ip_ranges" text[] DEFAULT '{}' NOT NULL,
	"allowed_ip_addresses" text[] DEFAULT '{}' NOT NULL,
	"disallowed_ip_addresses" text[] DEFAULT '{}' NOT NULL,
	"allowed_countries" text[] DEFAULT '{}' NOT NULL,
	"disallowed_countries" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "license_templates_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "license_templates_name" UNIQUE("account_id","name"),
	CONSTRAINT "license_templates_clock_offset" CHECK ("license_templates"."allowed_clock_offset" = -1 or "license_templates"."allowed_clock_offset" >= 60)
);
--> statement-breakpoint
CREATE TABLE "prices" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"license_template_id" uuid,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"kind" text NOT NULL,
	"interval" text,
	"interval_count" integer DEFAULT 1 NOT NULL,
	"currency" text NOT NULL,
	"unit_amount" integer NOT NULL,
	"fulfillment" text DEFAULT 'seats' NOT NULL,
	"stripe_product_id" text,
	"stripe_price_id" text,
	"published_at" timestamp with time zone,
	"archived_at" timestamp with time zone,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "prices_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "prices_stripe" UNIQUE("account_id","stripe_price_id"),
	CONSTRAINT "prices_amount" CHECK ("prices"."unit_amount" >= 0),
	CONSTRAINT "prices_interval" CHECK (("prices"."kind" = 'recurring') = ("prices"."interval" is not null))
);
--> statement-breakpoint
CREATE TABLE "products" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"license_template_id" uuid NOT NULL,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "products_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "products_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid,
	"algorithm" text NOT NULL,
	"public_pem" text NOT NULL,
	"sealed_private_pem" text NOT NULL,
	"retired_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "signing_keys_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "access_tokens" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"kind" text NOT NULL,
	"user_agent" text DEFAULT '' NOT NULL,
	"sealed_ip" text,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "access_tokens_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "banned_identifiers" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "banned_identifiers_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "banned_identifiers_hash" UNIQUE("account_id","kind","hash","user_id")
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"document" text NOT NULL,
	"version" text NOT NULL,
	"accepted_at" timestamp with time zone NOT NULL,
	"sealed_ip" text,
	CONSTRAINT "consents_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "sign_in_failures" (
	"account_id" uuid NOT NULL,
	"key" text NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sign_in_failures_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "sign_in_tickets" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"ticket_hash" text NOT NULL,
	"flow_hash" text NOT NULL,
	"user_agent" text DEFAULT '' NOT NULL,
	"sealed_ip" text,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sign_in_tickets_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "user_groups" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"can_buy" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "user_groups_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "user_groups_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "user_identifiers" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"canonical" text NOT NULL,
	"is_primary" boolean DEFAULT true NOT NULL,
	"verified_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "user_identifiers_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "user_identifiers_canonical" UNIQUE("account_id","kind","canonical")
);
--> statement-breakpoint
CREATE TABLE "user_keys" (
	"account_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"sealed_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "user_keys_account_id_user_id_pk" PRIMARY KEY("account_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"first_name" text DEFAULT '' NOT NULL,
	"last_name" text DEFAULT '' NOT NULL,
	"company" text DEFAULT '' NOT NULL,
	"password_hash" text,
	"password_changed_at" timestamp with time zone,
	"group_id" uuid,
	"allow_customer_portal_access" boolean DEFAULT true NOT NULL,
	"banned_at" timestamp with time zone,
	"ban_reason" text,
	"last_login_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "users_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_log_heads" ADD CONSTRAINT "event_log_heads_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_logs" ADD CONSTRAINT "event_logs_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_licenses" ADD CONSTRAINT "order_licenses_account_id_order_id_orders_account_id_id_fk" FOREIGN KEY ("account_id","order_id") REFERENCES "public"."orders"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_licenses" ADD CONSTRAINT "order_licenses_account_id_license_id_licenses_account_id_id_fk" FOREIGN KEY ("account_id","license_id") REFERENCES "public"."licenses"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_account_id_price_id_prices_account_id_id_fk" FOREIGN KEY ("account_id","price_id") REFERENCES "public"."prices"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reconciliations" ADD CONSTRAINT "reconciliations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stripe_customers" ADD CONSTRAINT "stripe_customers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stripe_events" ADD CONSTRAINT "stripe_events_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sweep_cursors" ADD CONSTRAINT "sweep_cursors_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activations" ADD CONSTRAINT "activations_account_id_license_id_licenses_account_id_id_fk" FOREIGN KEY ("account_id","license_id") REFERENCES "public"."licenses"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activations" ADD CONSTRAINT "activations_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_license_template_id_license_templates_account_id_id_fk" FOREIGN KEY ("account_id","license_template_id") REFERENCES "public"."license_templates"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD CONSTRAINT "operator_sessions_account_id_operator_id_operators_account_id_id_fk" FOREIGN KEY ("account_id","operator_id") REFERENCES "public"."operators"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_account_id_role_id_roles_account_id_id_fk" FOREIGN KEY ("account_id","role_id") REFERENCES "public"."roles"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "personal_access_tokens" ADD CONSTRAINT "personal_access_tokens_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roles" ADD CONSTRAINT "roles_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "setup_links" ADD CONSTRAINT "setup_links_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_templates" ADD CONSTRAINT "license_templates_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_account_id_license_template_id_license_templates_account_id_id_fk" FOREIGN KEY ("account_id","license_template_id") REFERENCES "public"."license_templates"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_account_id_license_template_id_license_templates_account_id_id_fk" FOREIGN KEY ("account_id","license_template_id") REFERENCES "public"."license_templates"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD CONSTRAINT "signing_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD CONSTRAINT "signing_keys_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "banned_identifiers" ADD CONSTRAINT "banned_identifiers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_failures" ADD CONSTRAINT "sign_in_failures_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_tickets" ADD CONSTRAINT "sign_in_tickets_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_groups" ADD CONSTRAINT "user_groups_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_identifiers" ADD CONSTRAINT "user_identifiers_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_keys" ADD CONSTRAINT "user_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_account_id_group_id_user_groups_account_id_id_fk" FOREIGN KEY ("account_id","group_id") REFERENCES "public"."user_groups"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "event_logs_resource" ON "event_logs" USING btree ("account_id","resource_id","seq");--> statement-breakpoint
CREATE INDEX "event_logs_user" ON "event_logs" USING btree ("account_id","user_id","seq");--> statement-breakpoint
CREATE INDEX "order_licenses_license" ON "order_licenses" USING btree ("account_id","license_id");--> statement-breakpoint
CREATE INDEX "orders_user" ON "orders" USING btree ("account_id","user_id","created_at");--> statement-breakpoint
CREATE INDEX "orders_created" ON "orders" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_payment_intent" ON "orders" USING btree ("account_id","payment_intent_id");--> statement-breakpoint
CREATE INDEX "reconciliations_due" ON "reconciliations" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "stripe_events_subject" ON "stripe_events" USING btree ("account_id","subject","received_at");--> statement-breakpoint
CREATE INDEX "stripe_events_received" ON "stripe_events" USING btree ("account_id","received_at");--> statement-breakpoint
CREATE INDEX "activations_created" ON "activations" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "licenses_user" ON "licenses" USING btree ("account_id","user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "licenses_product" ON "licenses" USING btree ("account_id","product_id","created_at","id");--> statement-breakpoint
CREATE INDEX "licenses_created" ON "licenses" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "licenses_key_prefix" ON "licenses" USING btree ("account_id","key_prefix" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "mails_due" ON "mails" USING btree ("state","due_at");--> statement-breakpoint
CREATE INDEX "mails_created" ON "mails" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "operator_sessions_hash" ON "operator_sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "operator_sessions_operator" ON "operator_sessions" USING btree ("account_id","operator_id");--> statement-breakpoint
CREATE UNIQUE INDEX "personal_access_tokens_hash" ON "personal_access_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "personal_access_tokens_created" ON "personal_access_tokens" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "setup_links_hash" ON "setup_links" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "signing_keys_product" ON "signing_keys" USING btree ("account_id","product_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "access_tokens_hash" ON "access_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "access_tokens_user" ON "access_tokens" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE INDEX "consents_user" ON "consents" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_tickets_hash" ON "sign_in_tickets" USING btree ("ticket_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "user_groups_one_default" ON "user_groups" USING btree ("account_id") WHERE is_default;--> statement-breakpoint
CREATE UNIQUE INDEX "user_identifiers_one_primary" ON "user_identifiers" USING btree ("account_id","user_id","kind") WHERE is_primary;--> statement-breakpoint
CREATE INDEX "users_created" ON "users" USING btree ("account_id","created_at","id");