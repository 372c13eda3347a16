using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

[Trait("Security", "SEC-004")]
[Trait("Security", "SEC-005")]
public sealed class PagePolicyTests
{
    private readonly PagePolicy _policy = PagePolicy.Of(new DefaultHttpContext());

    [Fact] // SEC-004, letter by letter
    public void Is_strict_until_somebody_widens_it() =>
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
            _policy.ContentSecurityPolicy()
        );

    [Theory]
    [InlineData("https://login.example/tenant/authorize?x=1#y", "https://login.example")]
    [InlineData("https://login.example:8443/", "https://login.example:8443")]
    [InlineData("http://127.0.0.1:5081/a", "http://127.0.0.1:5081")]
    [InlineData("http://[::1]:5081/a", "http://[::1]:5081")]
    [InlineData("https://bücher.example/", "https://xn--bcher-kva.example")]
    [InlineData("https://user:password@login.example/", "https://login.example")]
    [InlineData("com.example.app:/callback", "com.example.app:")]
    public void Names_only_the_origin_of_an_address(string address, string origin)
    {
        _policy.AllowFormAction(new Uri(address));
        Assert.Equal($"'self' {origin}", Directive("form-action"));
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("blob:https://a.example/1")]
    [InlineData("about:blank")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/relative")]
    public void Refuses_an_address_that_has_no_origin(string address) =>
        Assert.Throws<ArgumentException>(() => _policy.AllowFormAction(new Uri(address, UriKind.RelativeOrAbsolute)));

    [Fact] // SEC-005: auto-submit pages narrow form-action to the target
    public void Narrows_form_action_to_one_place()
    {
        _policy.AllowFormAction(new Uri("https://before.example")).OnlyFormAction(new Uri("https://application.example/callback"));
        Assert.Equal("https://application.example", Directive("form-action"));
    }

    [Fact]
    public void Widens_frames_ancestors_and_calls_each_by_itself()
    {
        _policy
            .AllowFrame(new Uri("https://b.example/logout?sid=1"))
            .AllowFrame(new Uri("https://a.example/logout"))
            .AllowFrameAncestor(new Uri("https://login.example"))
            .AllowConnect(new Uri("https://token.example/token"));

        Assert.Equal("https://a.example https://b.example", Directive("frame-src"));
        Assert.Equal("https://login.example", Directive("frame-ancestors"));
        Assert.Equal("'self' https://token.example", Directive("connect-src"));
        Assert.Equal("'self'", Directive("form-action"));
        Assert.Equal("'self'", Directive("script-src"));
    }

    [Fact]
    public void Is_one_policy_for_one_response()
    {
        var http = new DefaultHttpContext();
        PagePolicy.Of(http).HideReferrer();
        Assert.True(PagePolicy.Of(http).HidesReferrer);
        Assert.False(PagePolicy.Of(new DefaultHttpContext()).HidesReferrer);
    }

    private string Directive(string name) =>
        _policy.ContentSecurityPolicy().Split("; ").Single(directive => directive.StartsWith(name + " ", StringComparison.Ordinal))[
            (name.Length + 1)..
        ];
}
