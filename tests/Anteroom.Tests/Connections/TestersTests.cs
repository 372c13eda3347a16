using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Connections;

public sealed class TestersTests
{
    private static readonly Guid ObjectId = Guid.Parse("7b9c6f0e-52a1-4c37-9a53-2f4f3b0b6a10");
    private static readonly UserId Mira = new(Guid.Parse("0192f0c1-0000-7000-8000-000000000001"));

    [Theory]
    [InlineData("7b9c6f0e-52a1-4c37-9a53-2f4f3b0b6a10", true)]
    [InlineData(" {7B9C6F0E-52A1-4C37-9A53-2F4F3B0B6A10} ", true)]
    [InlineData("00000000-0000-0000-0000-000000000000", false)]
    [InlineData("mira@contoso.test", false)]
    [InlineData("", false)]
    public void Keeps_an_object_id_in_one_spelling_and_no_name(string text, bool isOne) =>
        Assert.Equal(isOne ? ObjectId.ToString("D") : null, Testers.Normalize(text));

    [Fact]
    public void Keeps_a_user_s_id_as_it_is() => Assert.Equal(Mira.ToString(), Testers.Normalize($" {Mira} "));

    [Fact]
    public void Knows_people_by_object_id_or_account_and_nobody_by_default()
    {
        Assert.False(Testers.Include([], ObjectId, Mira));
        Assert.True(Testers.Include([ObjectId.ToString("D")], ObjectId, null));
        Assert.True(Testers.Include([Mira.ToString()], null, Mira));
        Assert.False(Testers.Include([Mira.ToString()], ObjectId, null));
        Assert.False(Testers.Include([ObjectId.ToString("D")], Guid.Parse("11111111-1111-4111-8111-111111111111"), Mira));
    }
}
