
/* Secrets are read where they are: none is kept in this file. */
$wgDBpassword = rtrim(getenv('MEDIAWIKI_DB_PASSWORD') ?: file_get_contents(getenv('MEDIAWIKI_DB_PASSWORD_FILE')), "\n");
$wgSecretKey = rtrim(getenv('MEDIAWIKI_SECRET_KEY') ?: file_get_contents(getenv('MEDIAWIKI_SECRET_KEY_FILE')), "\n");
/* What keeps a user logged in is derived from the secret key. */
$wgAuthenticationTokenVersion = '1';
$wgEnableUploads = true;
$wgFileExtensions[] = 'txt';
$wgMainCacheType = CACHE_ACCEL;
$wgJobRunRate = 0;
