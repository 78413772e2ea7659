# URL, CA; KEY or CERT with CERT_KEY, or neither.
use HTTP::Tiny;
my %ssl = (SSL_ca_file => $ENV{CA});
%ssl = (%ssl, SSL_cert_file => $ENV{CERT}, SSL_key_file => $ENV{CERT_KEY}) if $ENV{CERT};
my %headers = $ENV{KEY} ? ('X-Api-Key' => $ENV{KEY}) : ();
my $answer = HTTP::Tiny->new(verify_SSL => 1, SSL_options => \%ssl)->get($ENV{URL}, { headers => \%headers });
print $answer->{content};
