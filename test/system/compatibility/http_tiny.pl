# Perl with what it comes with: BASE get|post|upload PATH FILE
use strict;
use warnings;
use HTTP::Tiny;

my ($base, $scenario, $path, $file) = @ARGV;
sub content { local (@ARGV, $/) = $file; binmode ARGV; return <> }

my $http = HTTP::Tiny->new(timeout => 20);
my $response;
if ($scenario eq 'get') {
    $response = $http->get($base . $path);
} elsif ($scenario eq 'post') {
    $response = $http->post($base . $path,
        { headers => { 'Content-Type' => 'application/json' }, content => content() });
} else {
    my $body = "--perl-boundary\r\n"
        . "Content-Disposition: form-data; name=\"file\"; filename=\"logo.png\"\r\n"
        . "Content-Type: image/png\r\n\r\n"
        . content() . "\r\n--perl-boundary--\r\n";
    $response = $http->post($base . $path,
        { headers => { 'Content-Type' => 'multipart/form-data; boundary=perl-boundary' }, content => $body });
}
die "$response->{status} $response->{reason}\n$response->{content}\n" unless $response->{success};
binmode STDOUT;
print $response->{content};
