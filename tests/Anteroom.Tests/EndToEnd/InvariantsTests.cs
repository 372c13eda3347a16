using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The invariants are worth something only if they notice.</summary>
public sealed class InvariantsTests(MovableRig movable) : IClassFixture<MovableRig>
{
    [Theory]
    [InlineData("DELETE FROM external_identities WHERE organization_id = @organization", "has an identity")]
    [InlineData("DELETE FROM events WHERE organization_id = @organization AND type = 'user.created'", "told once")]
    [InlineData("DELETE FROM audit_events WHERE organization_id = @organization AND action = 'user.created'", "audited once")]
    [InlineData("DELETE FROM audit_events WHERE organization_id = @organization AND action = 'sign_in.succeeded'", "sign-in is audited")]
    [InlineData("DELETE FROM sign_ins WHERE organization_id = @organization", "no more sessions")]
    [InlineData("DELETE FROM consumed WHERE organization_id = @organization", "state is consumed")]
    [InlineData("DELETE FROM routes WHERE organization_id = @organization AND kind = 'user_name'", "route of its name")]
    public async Task Notice_what_is_missing(string damage, string rule)
    {
        var (rig, application) = (movable.Rig, movable.Application);
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var before = await rig.Invariants.ViolationsAsync(); // of the other cases

        await using (var owner = new Npgsql.NpgsqlConnection(rig.OwnerConnectionString))
        {
            await owner.OpenAsync();
            await using var command = owner.CreateCommand();
#pragma warning disable CA2100 // The damage is this class's own text.
            command.CommandText = "SELECT set_config('app.organization', @organization::text, false); " + damage;
#pragma warning restore CA2100
            command.Parameters.AddWithValue("organization", contoso.Organization.Id.Value);
            await command.ExecuteNonQueryAsync();
        }

        var noticed = (await rig.Invariants.ViolationsAsync()).Except(before);
        Assert.Contains(noticed, violation => violation.Contains(rule, StringComparison.Ordinal));
    }
}
