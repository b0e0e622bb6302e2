CREATE TABLE "entitlement_set_features" (
	"account_id" uuid NOT NULL,
	"entitlement_set_id" uuid NOT NULL,
	"feature_id" uuid NOT NULL,
	"value" text DEFAULT '' NOT NULL,
	CONSTRAINT "entitlement_set_features_account_id_entitlement_set_id_feature_id_pk" PRIMARY KEY("account_id","entitlement_set_id","feature_id")
);
--> statement-breakpoint
CREATE TABLE "entitlement_sets" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "entitlement_sets_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "entitlement_sets_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "features" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "features_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "features_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "activation_logs" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"action" text NOT NULL,
	"activation_id" uuid NOT NULL,
	"license_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"os" text NOT NULL,
	"os_version" text DEFAULT '' NOT NULL,
	"hostname" text DEFAULT '' NOT NULL,
	"vm_name" text DEFAULT '' NOT NULL,
	"container" boolean DEFAULT false NOT NULL,
	"offline" boolean DEFAULT false NOT NULL,
	"app_version" text DEFAULT '' NOT NULL,
	"release_version" text DEFAULT '' NOT NULL,
	"ip" text,
	"country_code" text,
	"user_id" uuid,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "activation_logs_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "activation_meter_attributes" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"activation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"uses" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "activation_meter_attributes_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "activation_meter_attributes_name" UNIQUE("account_id","activation_id","name"),
	CONSTRAINT "activation_meter_attributes_uses" CHECK ("activation_meter_attributes"."uses" >= 0)
);
--> statement-breakpoint
CREATE TABLE "deleted_licenses" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"deleted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "deleted_licenses_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "former_license_keys" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"license_id" uuid NOT NULL,
	"sealed_key" text NOT NULL,
	"key_hash" text NOT NULL,
	"valid_until" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "former_license_keys_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "former_license_keys_key" UNIQUE("account_id","key_hash")
);
--> statement-breakpoint
CREATE TABLE "license_entitlements" (
	"account_id" uuid NOT NULL,
	"license_id" uuid NOT NULL,
	"feature_id" uuid NOT NULL,
	"value" text DEFAULT '' NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "license_entitlements_account_id_license_id_feature_id_pk" PRIMARY KEY("account_id","license_id","feature_id")
);
--> statement-breakpoint
CREATE TABLE "license_meter_attributes" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"license_id" uuid NOT NULL,
	"name" text NOT NULL,
	"allowed_uses" bigint NOT NULL,
	"total_uses" bigint DEFAULT 0 NOT NULL,
	"gross_uses" bigint DEFAULT 0 NOT NULL,
	"floating" boolean DEFAULT false NOT NULL,
	"view_permissions" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "license_meter_attributes_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "license_meter_attributes_name" UNIQUE("account_id","license_id","name"),
	CONSTRAINT "license_meter_attributes_uses" CHECK ("license_meter_attributes"."total_uses" >= 0 and "license_meter_attributes"."gross_uses" >= 0),
	CONSTRAINT "license_meter_attributes_limit" CHECK ("license_meter_attributes"."allowed_uses" = -1 or ("license_meter_attributes"."allowed_uses" >= 0 and "license_meter_attributes"."total_uses" <= "license_meter_attributes"."allowed_uses"))
);
--> statement-breakpoint
CREATE TABLE "maintenance_policies" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"interval" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "maintenance_policies_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "maintenance_policies_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text DEFAULT '' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"address" jsonb,
	"allowed_users" integer DEFAULT -1 NOT NULL,
	"reseller_id" uuid,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "organizations_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "organizations_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "resellers" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"email" text DEFAULT '' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "resellers_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "resellers_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "feature_flags" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "feature_flags_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "feature_flags_name" UNIQUE("account_id","product_id","name")
);
--> statement-breakpoint
CREATE TABLE "product_versions" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"name" text NOT NULL,
	"display_name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"feature_flags" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "product_versions_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "product_versions_name" UNIQUE("account_id","product_id","name")
);
--> statement-breakpoint
CREATE TABLE "release_channels" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"display_name" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "release_channels_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "release_channels_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "release_files" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"release_id" uuid NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"size" bigint DEFAULT 0 NOT NULL,
	"extension" text DEFAULT '' NOT NULL,
	"checksum" text DEFAULT '' NOT NULL,
	"secured" boolean DEFAULT true NOT NULL,
	"downloads" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "release_files_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "release_files_name" UNIQUE("account_id","release_id","name"),
	CONSTRAINT "release_files_size" CHECK ("release_files"."size" >= 0)
);
--> statement-breakpoint
CREATE TABLE "release_platforms" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"display_name" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "release_platforms_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "release_platforms_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"name" text NOT NULL,
	"channel" text NOT NULL,
	"version" text NOT NULL,
	"version_parts" integer[] NOT NULL,
	"platforms" text[] NOT NULL,
	"notes" text DEFAULT '' NOT NULL,
	"private" boolean DEFAULT true NOT NULL,
	"published_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "releases_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "password_resets" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"email_canonical" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "password_resets_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "user_recovery_codes" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"code_hash" text NOT NULL,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "user_recovery_codes_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "user_totp_secrets" (
	"account_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"sealed_secret" text NOT NULL,
	"enabled_at" timestamp with time zone,
	"last_step" bigint,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "user_totp_secrets_account_id_user_id_pk" PRIMARY KEY("account_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tags_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "tags_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "trial_policies" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"trial_length" integer NOT NULL,
	"fingerprint_matching_strategy" text DEFAULT 'exact' NOT NULL,
	"allow_vm_activation" boolean DEFAULT true NOT NULL,
	"allow_container_activation" boolean DEFAULT true NOT NULL,
	"user_locked" boolean DEFAULT false NOT NULL,
	"disable_geo_location" boolean DEFAULT false NOT NULL,
	"allowed_ip_ranges" text[] DEFAULT '{}' NOT NULL,
	"allowed_ip_addresses" text[] DEFAULT '{}' NOT NULL,
	"disallowed_ip_addresses" text[] DEFAULT '{}' NOT NULL,
	"allowed_countries" text[] DEFAULT '{}' NOT NULL,
	"disallowed_countries" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "trial_policies_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "trial_policies_name" UNIQUE("account_id","name"),
	CONSTRAINT "trial_policies_length" CHECK ("trial_policies"."trial_length" > 0)
);
--> statement-breakpoint
CREATE TABLE "trial_activations" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"user_hash" text DEFAULT '' NOT NULL,
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
	"expires_at" timestamp with time zone NOT NULL,
	"metadata" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"expired_event_for" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "trial_activations_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "trial_activations_device" UNIQUE("account_id","product_id","fingerprint","user_hash")
);
--> statement-breakpoint
CREATE TABLE "license_user_groups" (
	"account_id" uuid NOT NULL,
	"license_id" uuid NOT NULL,
	"user_group_id" uuid NOT NULL,
	CONSTRAINT "license_user_groups_account_id_license_id_user_group_id_pk" PRIMARY KEY("account_id","license_id","user_group_id")
);
--> statement-breakpoint
CREATE TABLE "organization_user_group_members" (
	"account_id" uuid NOT NULL,
	"user_group_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "organization_user_group_members_account_id_user_group_id_user_id_pk" PRIMARY KEY("account_id","user_group_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "organization_user_groups" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "organization_user_groups_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "organization_user_groups_name" UNIQUE("account_id","organization_id","name")
);
--> statement-breakpoint
CREATE TABLE "automated_email_logs" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"automated_email_id" uuid NOT NULL,
	"mail_id" uuid,
	"event" text NOT NULL,
	"resource_id" text NOT NULL,
	"error" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "automated_email_logs_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "automated_emails" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"event" text NOT NULL,
	"from_name" text DEFAULT '' NOT NULL,
	"from_email" text DEFAULT '' NOT NULL,
	"reply_to" text DEFAULT '' NOT NULL,
	"cc" text DEFAULT '' NOT NULL,
	"bcc" text DEFAULT '' NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"custom" boolean DEFAULT true NOT NULL,
	"product_ids" uuid[] DEFAULT '{}' NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "automated_emails_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "automated_emails_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "sending_domains" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"domain" text NOT NULL,
	"verification_token" text NOT NULL,
	"verified_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sending_domains_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "sending_domains_domain" UNIQUE("account_id","domain")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"webhook_id" uuid,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "webhook_deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event" text NOT NULL,
	"resource_id" text NOT NULL,
	"sealed_payload" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"dead_at" timestamp with time zone,
	"response_status" integer,
	"last_error" text,
	"last_attempt_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_deliveries_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"sealed_token" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"events" text[] NOT NULL,
	"suspended_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhooks_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "webhooks_name" UNIQUE("account_id","name")
);
--> statement-breakpoint
ALTER TABLE "activations" ADD COLUMN "lease_expired_event_for" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "organization_id" uuid;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "reseller_id" uuid;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "additional_user_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "external_user_ids" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "entitlement_set_id" uuid;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "product_version_id" uuid;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "maintenance_policy_id" uuid;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "maintenance_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "max_allowed_release_version" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "current_release_version" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "heartbeat_window" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "device_swap_cooldown" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "device_swaps_per_year" integer DEFAULT -1 NOT NULL;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "expired_event_for" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "expiring_soon_event_for" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "maintenance_expired_event_for" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "licenses" ADD COLUMN "maintenance_expiring_soon_event_for" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "heartbeat_window" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "device_swap_cooldown" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "device_swaps_per_year" integer DEFAULT -1 NOT NULL;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "required_metadata_keys" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "required_meter_attributes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "entitlement_set_id" uuid;--> statement-breakpoint
ALTER TABLE "license_templates" ADD COLUMN "maintenance_policy_id" uuid;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "trial_policy_id" uuid;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "published_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "organization_id" uuid;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "is_organization_admin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "reseller_id" uuid;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "is_reseller_admin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "entitlement_set_features" ADD CONSTRAINT "entitlement_set_features_account_id_entitlement_set_id_entitlement_sets_account_id_id_fk" FOREIGN KEY ("account_id","entitlement_set_id") REFERENCES "public"."entitlement_sets"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlement_set_features" ADD CONSTRAINT "entitlement_set_features_account_id_feature_id_features_account_id_id_fk" FOREIGN KEY ("account_id","feature_id") REFERENCES "public"."features"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlement_sets" ADD CONSTRAINT "entitlement_sets_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "features" ADD CONSTRAINT "features_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activation_logs" ADD CONSTRAINT "activation_logs_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activation_meter_attributes" ADD CONSTRAINT "activation_meter_attributes_account_id_activation_id_activations_account_id_id_fk" FOREIGN KEY ("account_id","activation_id") REFERENCES "public"."activations"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deleted_licenses" ADD CONSTRAINT "deleted_licenses_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_license_keys" ADD CONSTRAINT "former_license_keys_account_id_license_id_licenses_account_id_id_fk" FOREIGN KEY ("account_id","license_id") REFERENCES "public"."licenses"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_entitlements" ADD CONSTRAINT "license_entitlements_account_id_license_id_licenses_account_id_id_fk" FOREIGN KEY ("account_id","license_id") REFERENCES "public"."licenses"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_entitlements" ADD CONSTRAINT "license_entitlements_account_id_feature_id_features_account_id_id_fk" FOREIGN KEY ("account_id","feature_id") REFERENCES "public"."features"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_meter_attributes" ADD CONSTRAINT "license_meter_attributes_account_id_license_id_licenses_account_id_id_fk" FOREIGN KEY ("account_id","license_id") REFERENCES "public"."licenses"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "maintenance_policies" ADD CONSTRAINT "maintenance_policies_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_account_id_reseller_id_resellers_account_id_id_fk" FOREIGN KEY ("account_id","reseller_id") REFERENCES "public"."resellers"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resellers" ADD CONSTRAINT "resellers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feature_flags" ADD CONSTRAINT "feature_flags_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_versions" ADD CONSTRAINT "product_versions_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_channels" ADD CONSTRAINT "release_channels_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_files" ADD CONSTRAINT "release_files_account_id_release_id_releases_account_id_id_fk" FOREIGN KEY ("account_id","release_id") REFERENCES "public"."releases"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "release_platforms" ADD CONSTRAINT "release_platforms_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_recovery_codes" ADD CONSTRAINT "user_recovery_codes_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_totp_secrets" ADD CONSTRAINT "user_totp_secrets_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trial_policies" ADD CONSTRAINT "trial_policies_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "trial_activations" ADD CONSTRAINT "trial_activations_account_id_product_id_products_account_id_id_fk" FOREIGN KEY ("account_id","product_id") REFERENCES "public"."products"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_user_groups" ADD CONSTRAINT "license_user_groups_account_id_license_id_licenses_account_id_id_fk" FOREIGN KEY ("account_id","license_id") REFERENCES "public"."licenses"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_user_groups" ADD CONSTRAINT "license_user_groups_account_id_user_group_id_organization_user_groups_account_id_id_fk" FOREIGN KEY ("account_id","user_group_id") REFERENCES "public"."organization_user_groups"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_user_group_members" ADD CONSTRAINT "organization_user_group_members_account_id_user_group_id_organization_user_groups_account_id_id_fk" FOREIGN KEY ("account_id","user_group_id") REFERENCES "public"."organization_user_groups"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_user_group_members" ADD CONSTRAINT "organization_user_group_members_account_id_user_id_users_account_id_id_fk" FOREIGN KEY ("account_id","user_id") REFERENCES "public"."users"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization_user_groups" ADD CONSTRAINT "organization_user_groups_account_id_organization_id_organizations_account_id_id_fk" FOREIGN KEY ("account_id","organization_id") REFERENCES "public"."organizations"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "automated_email_logs" ADD CONSTRAINT "automated_email_logs_account_id_automated_email_id_automated_emails_account_id_id_fk" FOREIGN KEY ("account_id","automated_email_id") REFERENCES "public"."automated_emails"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "automated_emails" ADD CONSTRAINT "automated_emails_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_domains" ADD CONSTRAINT "sending_domains_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_account_id_webhook_id_webhooks_account_id_id_fk" FOREIGN KEY ("account_id","webhook_id") REFERENCES "public"."webhooks"("account_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entitlement_set_features_feature" ON "entitlement_set_features" USING btree ("account_id","feature_id");--> statement-breakpoint
CREATE INDEX "activation_logs_license" ON "activation_logs" USING btree ("account_id","license_id","created_at","id");--> statement-breakpoint
CREATE INDEX "activation_logs_created" ON "activation_logs" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "former_license_keys_license" ON "former_license_keys" USING btree ("account_id","license_id");--> statement-breakpoint
CREATE INDEX "license_entitlements_feature" ON "license_entitlements" USING btree ("account_id","feature_id");--> statement-breakpoint
CREATE INDEX "releases_product" ON "releases" USING btree ("account_id","product_id","channel","version_parts");--> statement-breakpoint
CREATE INDEX "releases_created" ON "releases" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "password_resets_token" ON "password_resets" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "password_resets_user" ON "password_resets" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE INDEX "user_recovery_codes_user" ON "user_recovery_codes" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE INDEX "trial_activations_created" ON "trial_activations" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "trial_activations_due" ON "trial_activations" USING btree ("account_id","expires_at") WHERE expired_event_for is distinct from expires_at;--> statement-breakpoint
CREATE INDEX "license_user_groups_group" ON "license_user_groups" USING btree ("account_id","user_group_id");--> statement-breakpoint
CREATE INDEX "organization_user_group_members_user" ON "organization_user_group_members" USING btree ("account_id","user_id");--> statement-breakpoint
CREATE INDEX "automated_email_logs_created" ON "automated_email_logs" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "automated_emails_event" ON "automated_emails" USING btree ("account_id","event");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("account_id","next_attempt_at") WHERE next_attempt_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_order" ON "webhook_deliveries" USING btree ("account_id","webhook_id","resource_id","seq") WHERE next_attempt_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_created" ON "webhook_deliveries" USING btree ("account_id","created_at","id");--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_organization_id_organizations_account_id_id_fk" FOREIGN KEY ("account_id","organization_id") REFERENCES "public"."organizations"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_reseller_id_resellers_account_id_id_fk" FOREIGN KEY ("account_id","reseller_id") REFERENCES "public"."resellers"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_entitlement_set_id_entitlement_sets_account_id_id_fk" FOREIGN KEY ("account_id","entitlement_set_id") REFERENCES "public"."entitlement_sets"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_product_version_id_product_versions_account_id_id_fk" FOREIGN KEY ("account_id","product_version_id") REFERENCES "public"."product_versions"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "licenses" ADD CONSTRAINT "licenses_account_id_maintenance_policy_id_maintenance_policies_account_id_id_fk" FOREIGN KEY ("account_id","maintenance_policy_id") REFERENCES "public"."maintenance_policies"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_templates" ADD CONSTRAINT "license_templates_account_id_entitlement_set_id_entitlement_sets_account_id_id_fk" FOREIGN KEY ("account_id","entitlement_set_id") REFERENCES "public"."entitlement_sets"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "license_templates" ADD CONSTRAINT "license_templates_account_id_maintenance_policy_id_maintenance_policies_account_id_id_fk" FOREIGN KEY ("account_id","maintenance_policy_id") REFERENCES "public"."maintenance_policies"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_account_id_trial_policy_id_trial_policies_account_id_id_fk" FOREIGN KEY ("account_id","trial_policy_id") REFERENCES "public"."trial_policies"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_account_id_organization_id_organizations_account_id_id_fk" FOREIGN KEY ("account_id","organization_id") REFERENCES "public"."organizations"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_account_id_reseller_id_resellers_account_id_id_fk" FOREIGN KEY ("account_id","reseller_id") REFERENCES "public"."resellers"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activations_lease" ON "activations" USING btree ("account_id","lease_expires_at");--> statement-breakpoint
CREATE INDEX "activations_synced" ON "activations" USING btree ("account_id","last_synced_at");--> statement-breakpoint
CREATE INDEX "licenses_organization" ON "licenses" USING btree ("account_id","organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "licenses_reseller" ON "licenses" USING btree ("account_id","reseller_id","created_at","id");--> statement-breakpoint
CREATE INDEX "licenses_expiry" ON "licenses" USING btree ("account_id","expires_at");--> statement-breakpoint
CREATE INDEX "licenses_maintenance_expiry" ON "licenses" USING btree ("account_id","maintenance_expires_at");--> statement-breakpoint
CREATE INDEX "users_organization" ON "users" USING btree ("account_id","organization_id","created_at","id");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_organization_admin" CHECK (not "users"."is_organization_admin" or "users"."organization_id" is not null);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_reseller_admin" CHECK (not "users"."is_reseller_admin" or "users"."reseller_id" is not null);