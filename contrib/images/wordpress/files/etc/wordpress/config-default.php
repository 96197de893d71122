<?php
/* Settings of WordPress from the environment: WORDPRESS_DB_HOST, WORDPRESS_DB_NAME, WORDPRESS_DB_USER,
 * WORDPRESS_DB_PASSWORD, and WORDPRESS_KEY, from which all keys and salts are made: sessions last as long as it is the same.
 * Each may be given as NAME_FILE, the name of a file that holds it. */
function setting($name, $default = '')
{
    $file = getenv($name . '_FILE');
    if ($file !== false) {
        return rtrim(file_get_contents($file), "\n");
    }
    $value = getenv($name);
    return $value === false ? $default : $value;
}

define('DB_HOST', setting('WORDPRESS_DB_HOST', 'db'));
define('DB_NAME', setting('WORDPRESS_DB_NAME', 'wordpress'));
define('DB_USER', setting('WORDPRESS_DB_USER', 'wordpress'));
define('DB_PASSWORD', setting('WORDPRESS_DB_PASSWORD'));
define('DB_CHARSET', 'utf8mb4');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $use) {
    define($use . '_KEY', hash_hmac('sha256', $use . '_KEY', setting('WORDPRESS_KEY')));
    define($use . '_SALT', hash_hmac('sha256', $use . '_SALT', setting('WORDPRESS_KEY')));
}
/* Nothing waits for servers outside. */
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
