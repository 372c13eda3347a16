using Anteroom.Protocols.Jose;
using Anteroom.Tests.Entra.Providers;

namespace Anteroom.Tests.Entra.IdTokens;

/// <summary>Which refusals are worth another look at the provider's keys, once the keys are five minutes old.</summary>
[Trait("Security", "SEC-071")]
public sealed class IdTokenValidatorTests : IAsyncDisposable
{
    private static readonly SigningKey Unpublished = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "unpublished");
    private static readonly SigningKey SameName = SigningKey.Generate(SignatureAlgorithm.RS256, kid: IdTokenScenario.Key.Kid);

    private readonly ProviderScenario _scenario = new();

    public ValueTask DisposeAsync() => _scenario.DisposeAsync();

    private async Task<string?> LaterAsync(SigningKey key)
    {
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
        Assert.Equal(1, _scenario.KeyFetches);
        _scenario.Clock.Advance(TimeSpan.FromMinutes(5));
        return await _scenario.SignInAsync(key);
    }

    [Fact]
    public async Task An_accepted_token_asks_for_nothing()
    {
        Assert.Null(await LaterAsync(IdTokenScenario.OtherKey));
        Assert.Equal(1, _scenario.KeyFetches);
    }

    [Fact]
    public async Task An_unknown_name_is_looked_up_among_fresh_keys()
    {
        _scenario.Published = [IdTokenScenario.Key];
        Assert.Equal("id_token_unknown_key", await LaterAsync(Unpublished));
        Assert.Equal(2, _scenario.KeyFetches);
        _scenario.Clock.Advance(TimeSpan.FromMinutes(5));
        _scenario.Published = [Unpublished];
        Assert.Null(await _scenario.SignInAsync(Unpublished));
        Assert.Equal(3, _scenario.KeyFetches);
    }

    [Fact] // a provider may give a new key the name of the old one
    public async Task A_signature_that_does_not_fit_is_tried_with_fresh_keys()
    {
        Assert.Equal("id_token_signature", await LaterAsync(SameName));
        Assert.Equal(2, _scenario.KeyFetches);
    }

    [Fact] // keys cannot mend what the token says
    public async Task Another_refusal_asks_for_nothing()
    {
        Assert.Null(await LaterAsync(IdTokenScenario.Key));
        _scenario.BendToken = claims => claims["nonce"] = "another";
        Assert.Equal("id_token_nonce", await _scenario.SignInAsync(IdTokenScenario.Key));
        Assert.Equal(1, _scenario.KeyFetches);
    }

    [Fact] // the first refusal stands, and it is the one that tells what was wrong
    public async Task Without_fresh_keys_the_first_refusal_stands()
    {
        Assert.Null(await _scenario.SignInAsync(IdTokenScenario.Key));
        _scenario.Clock.Advance(TimeSpan.FromSeconds(1)); // too soon to ask again
        Assert.Equal("id_token_unknown_key", await _scenario.SignInAsync(Unpublished));
        Assert.Equal("id_token_signature", await _scenario.SignInAsync(SameName));
        Assert.Equal(1, _scenario.KeyFetches);
    }
}
