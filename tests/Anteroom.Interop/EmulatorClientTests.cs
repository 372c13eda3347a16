namespace Anteroom.Interop;

/// <summary>Microsoft's own clients believe the Entra emulator, unmodified but for the authority that they are told to trust.</summary>
public sealed class EmulatorClientTests(Stage stage)
{
    // Issue 3: authorization code with PKCE, refresh, client credentials by secret, certificate and assertion, device code.
    [Fact]
    public async Task Msal_node_signs_in_refreshes_and_proves_its_application()
    {
        var seen = await stage.RunAsync("msal-node.mjs");
        var userName = seen.Text("account", "username");

        Assert.EndsWith("@contoso.example", userName, StringComparison.Ordinal);
        Assert.EndsWith(seen.Text("account", "tenantId")!, seen.Text("account", "homeAccountId"), StringComparison.Ordinal);
        Assert.Equal("n1", seen.Text("nonce"));
        Assert.Equal("invalid_grant", seen.Text("wrongVerifier"));
        Assert.Equal("invalid_grant", seen.Text("codeTwice"));
        Assert.True(seen["cachedFrom"]!.GetValue<bool>());
        Assert.False(seen["refreshedFrom"]!.GetValue<bool>());
        Assert.True(seen["refreshedSub"]!.GetValue<bool>());
        Assert.Equal("invalid_client", seen.Text("wrongSecret"));
        Assert.Equal(["1", "2", "2"], seen["proofs"]!.AsArray().Select(proof => proof!.GetValue<string>()));
        Assert.Contains("You have signed in", seen.Text("device", "page"), StringComparison.Ordinal);
        Assert.Equal(userName, seen.Text("device", "username"));
        Assert.Equal(userName, seen.Text("device", "again"));
    }
}
