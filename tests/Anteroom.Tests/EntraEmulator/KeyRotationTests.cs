using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §1.5: the buttons, and the faults of tokens that must not verify.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_rotation_in_steps_never_leaves_a_token_without_its_key()
    {
        var before = await IdTokenAsync();
        await RotateAsync("add-next");
        Assert.Equal(Kid(before), Kid(await IdTokenAsync())); // published, signs nothing yet

        await RotateAsync("switch-signing");
        var after = await IdTokenAsync();
        Assert.NotEqual(Kid(before), Kid(after));
        Assert.True(Jwt.Verifies(before, await KeysAsync()));
        Assert.True(Jwt.Verifies(after, await KeysAsync()));

        await RotateAsync("remove-old");
        Assert.False(Jwt.Verifies(before, await KeysAsync()));
        Assert.True(Jwt.Verifies(after, await KeysAsync()));
        await RotateAsync("remove-old");
        Assert.Equal(2, ((JsonArray)(await KeysAsync())["keys"]!).Count); // at least two stay (§1.4)
    }

    [Fact]
    public async Task An_emergency_replaces_all_keys_at_once()
    {
        var before = await IdTokenAsync();
        await RotateAsync("emergency");
        Assert.False(Jwt.Verifies(before, await KeysAsync()));
        Assert.True(Jwt.Verifies(await IdTokenAsync(), await KeysAsync()));
    }

    [Theory]
    [InlineData("wrongKey", true)]
    [InlineData("unknownKid", false)]
    public async Task A_fault_spoils_the_signature_once(string kind, bool isPublishedKid)
    {
        await _stage.PostAsync(
            "/faults",
            new
            {
                path = "/*/oauth2/v2.0/token",
                kind,
                times = 1,
            }
        );
        var spoilt = await IdTokenAsync();
        var keys = await KeysAsync();
        Assert.False(Jwt.Verifies(spoilt, keys));
        Assert.Equal(isPublishedKid, ((JsonArray)keys["keys"]!).Any(key => (string?)key!["kid"] == Kid(spoilt)));
        Assert.True(Jwt.Verifies(await IdTokenAsync(), keys));
    }

    private async Task<string> IdTokenAsync() => (string)(await _stage.RedeemAsync(await _stage.CodeAsync())).Body["id_token"]!;

    private Task<JsonObject> KeysAsync() => _stage.JsonAsync($"/{_stage.TenantId}/discovery/v2.0/keys");

    private Task<JsonObject> RotateAsync(string action) => _stage.ControlAsync(HttpMethod.Post, $"/keys/{action}");

    private static string? Kid(string token) => (string?)Jwt.Header(token)["kid"];
}
