-- Names and notes that were stored before they were composed (NFC) at the border. A name that is there composed already, under
-- a unique constraint, is left as it is: the doctor names it.
do $$
declare
  target record;
  place tid;
begin
  -- Only of UTF-8 does PostgreSQL know what composing is.
  if current_setting('server_encoding') <> 'UTF8' then
    return;
  end if;
  for target in
    select * from (values
      ('accounts', 'name'), ('operators', 'name'), ('roles', 'name'), ('roles', 'description'),
      ('personal_access_tokens', 'name'), ('users', 'first_name'), ('users', 'last_name'), ('users', 'company'),
      ('user_groups', 'name'), ('organizations', 'name'), ('organizations', 'description'),
      ('organization_user_groups', 'name'), ('organization_user_groups', 'description'), ('resellers', 'name'),
      ('resellers', 'description'), ('products', 'name'), ('products', 'display_name'), ('products', 'description'),
      ('product_versions', 'name'), ('product_versions', 'display_name'), ('product_versions', 'description'),
      ('feature_flags', 'name'), ('feature_flags', 'description'), ('features', 'name'), ('features', 'display_name'),
      ('features', 'description'), ('entitlement_sets', 'name'), ('entitlement_sets', 'display_name'),
      ('license_templates', 'name'), ('maintenance_policies', 'name'), ('maintenance_policies', 'description'),
      ('trial_policies', 'name'), ('prices', 'name'), ('prices', 'description'), ('tags', 'name'),
      ('tags', 'description'), ('licenses', 'notes'), ('license_meter_attributes', 'name'),
      ('activation_meter_attributes', 'name'), ('activations', 'name'), ('activations', 'hostname'),
      ('activations', 'os_version'), ('activations', 'vm_name'), ('trial_activations', 'hostname'),
      ('trial_activations', 'os_version'), ('trial_activations', 'vm_name'), ('release_channels', 'name'),
      ('release_channels', 'display_name'), ('release_platforms', 'name'), ('release_platforms', 'display_name'),
      ('releases', 'name'), ('releases', 'channel'), ('releases', 'notes'), ('release_files', 'name'),
      ('webhooks', 'name'), ('automated_emails', 'name'), ('automated_emails', 'from_name')
    ) as known(tab, col)
  loop
    for place in execute format('select ctid from %I where %I is not nfc normalized', target.tab, target.col) loop
      begin
        execute format('update %I set %I = normalize(%I, nfc) where ctid = $1', target.tab, target.col, target.col)
          using place;
      exception when unique_violation then
        null;
      end;
    end loop;
  end loop;
  for target in
    select * from (values
      ('users', 'tags'), ('licenses', 'tags'), ('releases', 'platforms'),
      ('license_templates', 'required_meter_attributes')
    ) as known(tab, col)
  loop
    for place in
      execute format(
        'select ctid from %I where exists (select 1 from unnest(%I) as part where part is not nfc normalized)',
        target.tab, target.col)
    loop
      begin
        execute format(
          'update %I set %I = (select array_agg(normalize(part, nfc) order by at)
            from unnest(%I) with ordinality as parts(part, at)) where ctid = $1',
          target.tab, target.col, target.col) using place;
      exception when unique_violation then
        null;
      end;
    end loop;
  end loop;
end $$;
