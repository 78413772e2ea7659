# Perl with libwww-perl: BASE get|post|upload PATH FILE
use strict;
use warnings;
use HTTP::Request::Common;
use LWP::UserAgent;

my ($base, $scenario, $path, $file) = @ARGV;
sub content { local (@ARGV, $/) = $file; binmode ARGV; return <> }

my $request =
      $scenario eq 'get'  ? GET($base . $path)
    : $scenario eq 'post' ? POST($base . $path, Content_Type => 'application/json', Content => content())
    : POST($base . $path,
        Content_Type => 'form-data',
        Content      => [ file => [ $file, 'logo.png', 'Content-Type' => 'image/png' ] ]);
my $response = LWP::UserAgent->new(timeout => 20)->request($request);
die $response->status_line . "\n" . $response->decoded_content . "\n" unless $response->is_success;
# What a script sees only if it looks for it.
warn 'notice: ' . $response->header('X-Died') . "\n" if $response->header('X-Died');
binmode STDOUT;
print $response->content;
