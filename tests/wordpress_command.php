<?php
/*
 * Runs one command of tests/wordpress.py inside PHP.
 *
 * Taken on stdin: {"command": NAME, "args": {...}, "site": {"path": DIR, "url": URL}}; site is null
 * for the commands about MariaDB itself.
 * Given on stdout: {"value": ...}, or {"error": SENTENCE} when the command failed. Whatever
 * WordPress prints on the way is kept off stdout and told only as part of an error.
 */

declare(strict_types=1);

function feedsvc_answer(array $answer): void
{
    global $feedsvc_answered;
    $feedsvc_answered = true;
    while (ob_get_level() > 0) {
        ob_end_clean();
    }
    fwrite(STDOUT, json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
    // What is printed from now on, while PHP shuts down, goes nowhere.
    ob_start(fn () => '');
}

/* The value of a WordPress call, or an exception when it is WordPress's way of saying no. */
function feedsvc_checked(mixed $value, string $doing): mixed
{
    if (is_wp_error($value)) {
        throw new RuntimeException("$doing: " . $value->get_error_message());
    }
    if ($value === false || $value === null || $value === 0) {
        throw new RuntimeException("$doing: WordPress refused without a reason");
    }
    return $value;
}

/* What a web server would have told WordPress about the site it is asked for. */
function feedsvc_prepare(array $site, bool $installing): void
{
    $url = parse_url($site['url']);
    $_SERVER['HTTP_HOST'] = $url['host'] . ':' . $url['port'];
    $_SERVER['SERVER_NAME'] = $url['host'];
    $_SERVER['SERVER_PORT'] = (string) $url['port'];
    $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
    $_SERVER['REQUEST_METHOD'] = 'GET';
    $_SERVER['REQUEST_URI'] = $url['path'];
    $_SERVER['REMOTE_ADDR'] = '127.0.0.1';
    $_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $url['path'] . 'index.php';
    $_SERVER['SCRIPT_FILENAME'] = $site['path'] . '/index.php';
    define('WP_DISABLE_FATAL_ERROR_HANDLER', true);
    if ($installing) {
        define('WP_INSTALLING', true);
        define('WP_SITEURL', rtrim($site['url'], '/'));
    }
}

/* An administrator who may save anything, with nothing changing what is saved. */
function feedsvc_become_administrator(): void
{
    wp_set_current_user(1);
    kses_remove_filters();
    foreach (['title_save_pre', 'content_save_pre', 'excerpt_save_pre'] as $filter) {
        remove_all_filters($filter);
    }
}

function feedsvc_install(array $args): string
{
    // WordPress tries pretty permalinks out with requests to itself; the harness sets its own.
    add_filter('pre_http_request', fn () => new WP_Error('feedsvc', 'No requests here.'));
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install($args['title'], 'admin', 'admin@newsroom.test', true, '', 'admin');
    $wrong = $GLOBALS['wpdb']->last_error;
    feedsvc_checked(get_option('siteurl'), "installing ($wrong)");
    foreach (get_comments(['fields' => 'ids', 'status' => 'any']) as $id) {
        wp_delete_comment($id, true);
    }
    $every = ['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1];
    foreach (get_posts($every + ['fields' => 'ids']) as $id) {
        wp_delete_post($id, true);
    }
    update_option('timezone_string', $args['timezone']);
    update_option('permalink_structure', $args['permalink_structure']);
    // The rules made above know no categories and tags: the first page request makes them anew.
    delete_option('rewrite_rules');
    update_option('default_pingback_flag', 0);
    update_option('ping_sites', '');
    return $GLOBALS['wp_version'];
}

/* wp_insert_post's own names for the fields that are given, slashed as it wants them. */
function feedsvc_fields(array $given): array
{
    $names = [
        'title' => 'post_title',
        'content' => 'post_content',
        'excerpt' => 'post_excerpt',
        'categories' => 'post_category',
        'tags' => 'tags_input',
        'author' => 'post_author',
        'date_gmt' => 'post_date_gmt',
        'status' => 'post_status',
        'password' => 'post_password',
        'slug' => 'post_name',
    ];
    $fields = [];
    foreach ($given as $name => $value) {
        if (!isset($names[$name])) {
            throw new InvalidArgumentException("there is no post field $name");
        }
        if ($value !== null) {
            $fields[$names[$name]] = $value;
        }
    }
    if (isset($fields['post_date_gmt'])) {
        $fields['post_date'] = get_date_from_gmt($fields['post_date_gmt']);
        $fields['edit_date'] = true;
    }
    return wp_slash($fields);
}

/* Dates that WordPress itself would not let one choose, such as that of the last modification. */
function feedsvc_set_dates(int $id, array $dates): void
{
    global $wpdb;
    foreach ($dates as $name => $gmt) {
        $columns = ["{$name}_gmt" => $gmt, $name => get_date_from_gmt($gmt)];
        feedsvc_checked($wpdb->update($wpdb->posts, $columns, ['ID' => $id]) !== false, "dating post $id");
    }
    clean_post_cache($id);
}

function feedsvc_create_posts(array $posts): array
{
    global $wpdb;
    wp_defer_term_counting(true);
    $wpdb->query('START TRANSACTION');
    try {
        $ids = [];
        foreach ($posts as $post) {
            $modified = $post['modified_gmt'] ?? null;
            unset($post['modified_gmt']);
            $id = wp_insert_post(feedsvc_fields($post) + ['post_status' => 'publish'], true);
            $ids[] = feedsvc_checked($id, 'creating a post');
            if ($modified !== null) {
                feedsvc_set_dates($id, ['post_modified' => $modified]);
            }
        }
        wp_defer_term_counting(false);
        $wpdb->query('COMMIT');
    } catch (Throwable $wrong) {
        $wpdb->query('ROLLBACK');
        throw $wrong;
    }
    return $ids;
}

function feedsvc_update_post(array $args): int
{
    $fields = ['ID' => $args['id']] + feedsvc_fields($args['fields']);
    return feedsvc_checked(wp_update_post($fields, true), "updating post {$args['id']}");
}

function feedsvc_create_term(array $args): int
{
    $more = array_filter(['slug' => $args['slug'], 'parent' => $args['parent']]);
    $term = wp_insert_term(wp_slash($args['name']), $args['taxonomy'], wp_slash($more));
    return (int) feedsvc_checked($term, "creating {$args['name']}")['term_id'];
}

function feedsvc_publish_scheduled(array $args): string
{
    $id = $args['id'];
    if (get_post_status($id) !== 'future') {
        throw new RuntimeException("post $id is not scheduled");
    }
    feedsvc_set_dates($id, ['post_date' => $args['date_gmt']]);
    check_and_publish_future_post($id);
    if (get_post_status($id) !== 'publish') {
        throw new RuntimeException("post $id did not go live");
    }
    return get_post($id)->post_modified_gmt;
}

function feedsvc_change_term(array $args): int
{
    $changes = array_filter($args['changes'], fn ($value) => $value !== null);
    $term = wp_update_term($args['id'], $args['taxonomy'], wp_slash($changes));
    return (int) feedsvc_checked($term, "changing {$args['taxonomy']} {$args['id']}")['term_id'];
}

function feedsvc_delete_term(array $args): bool
{
    $more = $args['into'] === null ? [] : ['default' => $args['into'], 'force_default' => true];
    $done = wp_delete_term($args['id'], $args['taxonomy'], $more);
    return feedsvc_checked($done, "deleting {$args['taxonomy']} {$args['id']}");
}

function feedsvc_create_author(array $args): int
{
    $user = wp_insert_user(wp_slash([
        'user_login' => $args['login'],
        'user_pass' => wp_generate_password(),
        'user_email' => $args['login'] . '@newsroom.test',
        'display_name' => $args['name'],
        'nickname' => $args['name'],
        'role' => 'editor',
    ]));
    return feedsvc_checked($user, "creating author {$args['login']}");
}

function feedsvc_rename_author(array $args): int
{
    $changes = ['ID' => $args['id'], 'display_name' => $args['name'], 'user_nicename' => $args['slug']];
    $user = wp_update_user(wp_slash(array_filter($changes, fn ($value) => $value !== null)));
    return feedsvc_checked($user, "renaming author {$args['id']}");
}

function feedsvc_delete_author(array $args): bool
{
    require_once ABSPATH . 'wp-admin/includes/user.php';
    return feedsvc_checked(wp_delete_user($args['id'], $args['into']), "deleting author {$args['id']}");
}

function feedsvc_set_permalinks(string $structure): string
{
    update_option('permalink_structure', $structure);
    // Made anew by the next request, as after the installation.
    delete_option('rewrite_rules');
    return $structure;
}

/* A picture as the media library takes one up, with the sizes that WordPress makes of it. */
function feedsvc_upload_picture(array $args): array
{
    foreach (['file', 'image', 'media'] as $part) {
        require_once ABSPATH . "wp-admin/includes/$part.php";
    }
    if (!extension_loaded('gd')) {
        throw new RuntimeException('PHP has no gd');
    }
    $file = wp_tempnam($args['name']);
    $picture = imagecreatetruecolor($args['width'], $args['height']);
    imagejpeg($picture, $file);
    $id = media_handle_sideload(['name' => $args['name'], 'tmp_name' => $file]);
    feedsvc_checked($id, "uploading {$args['name']}");
    update_post_meta($id, '_wp_attachment_image_alt', wp_slash($args['alt']));
    return ['id' => $id, 'url' => wp_get_attachment_url($id)];
}

function feedsvc_eval(string $feedsvc_code): mixed
{
    return eval($feedsvc_code);
}

function feedsvc_in_wordpress(string $command, array $args): mixed
{
    return match ($command) {
        'install' => feedsvc_install($args),
        'create_posts' => feedsvc_create_posts($args['posts']),
        'update_post' => feedsvc_update_post($args),
        'delete_post' => (bool) feedsvc_checked(
            wp_delete_post($args['id'], true),
            "deleting post {$args['id']}"
        ),
        'trash_post' => (bool) feedsvc_checked(
            wp_trash_post($args['id']),
            "trashing post {$args['id']}"
        ),
        'create_term' => feedsvc_create_term($args),
        'change_term' => feedsvc_change_term($args),
        'delete_term' => feedsvc_delete_term($args),
        'create_author' => feedsvc_create_author($args),
        'rename_author' => feedsvc_rename_author($args),
        'delete_author' => feedsvc_delete_author($args),
        'publish_scheduled' => feedsvc_publish_scheduled($args),
        'set_categories' => (bool) feedsvc_checked(
            wp_set_post_categories($args['id'], $args['categories']),
            "filing post {$args['id']}"
        ),
        'set_permalinks' => feedsvc_set_permalinks($args['structure']),
        'upload_picture' => feedsvc_upload_picture($args),
        'eval' => feedsvc_eval($args['code']),
    };
}

/* All tables of one database as they stand into another, in one transaction for who reads there. */
function feedsvc_copy_database(mysqli $mariadb, string $name, string $into): int
{
    $mariadb->query("CREATE DATABASE IF NOT EXISTS `$into` CHARACTER SET utf8mb4");
    $tables = array_column($mariadb->query("SHOW TABLES FROM `$name`")->fetch_all(), 0);
    foreach ($tables as $table) {
        $mariadb->query("CREATE TABLE IF NOT EXISTS `$into`.`$table` LIKE `$name`.`$table`");
    }
    $mariadb->begin_transaction();
    foreach ($tables as $table) {
        $mariadb->query("DELETE FROM `$into`.`$table`");
        $mariadb->query("INSERT INTO `$into`.`$table` SELECT * FROM `$name`.`$table`");
    }
    $mariadb->commit();
    return count($tables);
}

function feedsvc_on_mariadb(string $command, array $args): mixed
{
    if (!extension_loaded('mysqli')) {
        throw new RuntimeException('PHP has no mysqli');
    }
    mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
    $mariadb = new mysqli($args['host'], 'root', '', null, $args['port']);
    return match ($command) {
        'ping' => $mariadb->server_info,
        'create_database' => $mariadb->query(
            "CREATE DATABASE `{$args['name']}` CHARACTER SET utf8mb4"
        ),
        'copy_database' => feedsvc_copy_database($mariadb, $args['name'], $args['into']),
        'drop_database' => $mariadb->query("DROP DATABASE IF EXISTS `{$args['name']}`"),
    };
}

ob_start();
$feedsvc_answered = false;
register_shutdown_function(function (): void {
    global $feedsvc_answered;
    if (!$feedsvc_answered) {
        $printed = preg_replace('~<style.*?</style>~s', '', (string) ob_get_contents());
        $printed = trim(preg_replace('~\s+~', ' ', strip_tags($printed)));
        feedsvc_answer(['error' => "PHP stopped before the command was done: $printed"]);
    }
});
$feedsvc_request = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
$feedsvc_command = $feedsvc_request['command'];
$feedsvc_site = $feedsvc_request['site'];
try {
    if ($feedsvc_site === null) {
        $feedsvc_value = feedsvc_on_mariadb($feedsvc_command, $feedsvc_request['args']);
    } else {
        feedsvc_prepare($feedsvc_site, $feedsvc_command === 'install');
        // Not in a function: WordPress sets its globals as plain variables of its files.
        require $feedsvc_site['path'] . '/wp-load.php';
        if ($feedsvc_command !== 'install') {
            feedsvc_become_administrator();
        }
        $feedsvc_value = feedsvc_in_wordpress($feedsvc_command, $feedsvc_request['args']);
    }
    feedsvc_answer(['value' => $feedsvc_value]);
} catch (Throwable $feedsvc_wrong) {
    $feedsvc_class = get_class($feedsvc_wrong);
    feedsvc_answer(['error' => "$feedsvc_class: {$feedsvc_wrong->getMessage()}"]);
}
