# URL, CA; KEY or CERT with CERT_KEY, or neither.
use LWP::UserAgent;
my %ssl = (SSL_ca_file => $ENV{CA}, verify_hostname => 1);
%ssl = (%ssl, SSL_cert_file => $ENV{CERT}, SSL_key_file => $ENV{CERT_KEY}) if $ENV{CERT};
my @headers = $ENV{KEY} ? ('X-Api-Key' => $ENV{KEY}) : ();
print LWP::UserAgent->new(ssl_opts => \%ssl)->get($ENV{URL}, @headers)->content;
