"""A second of sound or of a teal rectangle, made with ffmpeg, with tags that give their maker away."""

import base64
import zlib

#: What the tags say: none of it may be found in a clean copy.
MARKS = (b"SecretName-77", b"+30.6512+104.0712/")
#: 16 kHz, one channel; ID3v2 with a title, a comment and a position.
MP3 = zlib.decompress(
    base64.b85decode(
        b"""
c-n203rtgI7>57To)#(yEy}<lj!FyK3O&656*Fvs(pABMP#|?_h0^Lepdc5Utr9^|=+sFS3=Fd(kyOxtqR31nWpddVW{w~#DnlY#
h-Og(c3YtP50%}rC;5_dPM-Yln|yzcES^sU5Clz=rSaf{H=I<BdY`6vM^>IDEGi15WoBl=kAZM<_3EtRPxbkL&BwwcBe*;^7ZZeI
QCuEpS@VOV*5~DE@{9j_PHL*;T|i=1sWxJBI4>%ki(%kzoNqF1f4#`^wfcAdIsniYfX!y}`TXeUXfZ@4lO-o7XFyacl~$|GgOrq%
7>&k55R=JdHk<1q7K_DdwYEdLy1IILdio*5!^5MaqYoidQ&Y3Ev#%fyhr{V~0#`XTEXR-fM=`)4yeo#jC{=kN|LW}D2T%v$c5fU&
7C=a~H^c}B6n?X~b*qyq<8W|?Nb1(vkQxl}zZb6-cU9b3SxvXKzjv&9BG};T9NFk{tja266ae3&3^xk#u)DY2f&l;1oT@)qR~B=g
xSWFQ0)TWgFrVLOm7ba*fuVX||Cg;VzrQ$t?S}a}?w}+`b}j&hAhEo+yg77nWz{AkxGN0u96L9^rR{=nIcqN<7?@?${=o{MJK0FZ
Vrp{;jK!vJcMk7vaygiy7=Ui(xv&i)5AMyUBjt6>jU4{vXx`oNn#f7qA)$8^20#`{Se?|2;Q_xyDV_f0L4WIXFwL)ow)O$;xTALb
oO$M{xC4C${ek@p$p!gbx(BNuJ}53=`*GayAi2YHfP=~M%ITEM9e7^Z`grKoz%#6w^3d~`e=_c@T+WIL6VqqrbeHabk}}9CzcPUQ
PCR%|Xu}<<E31pCj%iPF4831FE|N9OHx{rX&CLR24-<D*p%$eP_F+6GS4tmD+6A_ZqE$!ammg&mDwwsQG~DqcQDGKhU~=|Ty>z~z
4TMThOHSa8(eb%-<jj_(bJn0%CG0#e8WZS=*U?=aB3r;<((#VF7W2&&Eg~xJ1fupOhe1-`A{>g>Yi7V(@!Pt^vXO*Gl{>VBxD!OO
DdE08r=QOsRCpnW?4c{%R!2vY7p9Z8hnHofxEzOKFYppdYC_IjJzEfxPEloJQ>KJiT~m6!IfjKhACRfgAqzJ$(%i+|nTqm;Bhl4@
*RlGxMndEmVp-}#>UL$NvZS|LXyFx4sTI49hv;7NPTub{DS};&zY^cOXmiBD?Cc;SwwBUyBU=t{AorOmmWnN9kunwdJ!B?y3`~*R
f_L68i*L2MdGb1T2mNq0PUY&n0qz1iB#*9JeL%WGRrzaL)r^Nxd1}k~@1#pv>q#5%EQiQeny}4B?PG3TwEmnjX2fXN#Ni*s^SHxU
&eDV=?s*-1?SxOr2w}1)ASr46Dhatji95{Yto>s}5z>V^Z4DsX5sN2y-d7gaH?a+OLeWWl7Y@<aEzV!mT+S^@Ro>8NSz+|iA<CLW
aWC$$NJ8aldKv(<lk5{h6E*m!Hy?fV;dG|2uJw{&HSuHI*+daFTtw=V0srjn;FcOGp`zP2QJf^<<Nq_cT#h^IP=hiT832g<|M?T`
79ZR
""".translate(None, b"\n")
    )
)
#: AAC, 16 kHz, one channel; tags in `udta`.
M4A = zlib.decompress(
    base64.b85decode(
        b"""
c-oa#3pmtS8~@L^q@{Ap5-V~a_j_)+m&>pUMMT34BXj#^22mN*SJFr*cQdI$6y;JapBS<=v1Tl*mO^qFQDIALm-+91q%XD4^X>D!
bAHcx-*evcUeEKN0|0<Z6g83LW8tg@0B}G!$54oP2xb5PNJNn_7yuBTz@t&r5jcQE#YbA&7@1oenVOgYa5sj(B6iV>x7Bj#H@Sal
x_KP0i3_V4h_5xj{}V4_*5S<4q}!Jkuj`F9{pj+-e4r#Rt!TD4p0~uGkNrr?a`mxuP}cI+d^hM-j-c0e;7oIsw(QJi6;36lre=$X
C|eN%Jj%}xHjujw>i==f!$i*yt&bCJu0Ig$%LFfjZR0&NvEfW`032PM%?vq919b##y#3D(%z+CaUtmAGha|he;4>2WX<<laU;f@K
Jsq!tsu4y)W$APNk)njkJq#q@mT{!$+Q%82C4R$FZ>bL2@J<i+&4)Qx?o#*kQup&W(VRJZro)9}HgB?S@4V#1W_O-4+rR{t=XBj{
)$NhI_X$};$+ksJHTx$Y#2uOO^NAX&FX!1OyxuWSXKuK(zEIjZa;o*{m0tg@OtE!st*HwO1$M7ob=ptTj)~~pjdX0$(7A_VjyloC
O%g_3wk{WSFgtG?YcT@vF01}1QTM_BDKKxW*r%=j;L#8g6a<2T#iCl9fa2NE<?*v|wRi1yY>(p*xM=P`e~6tPO=LOUe)#uCnbiN-
$=Pj}Gl)CnezC;gq@ma|O<yLcdY6r^Lxf&IVR{8tM<EM%Wh~9L&}&bYZ4-<N9Kpt>?XUdCLl$DNaF=BN#li|3Yd)<<K)5ovtctZ4
5RNgY94z{gWbF4=vF_Cj@krVG%>}*)ozo@k!abXU?Y+-o5XzoEzdQ`QFqVF3rNrS|hJ%!MAlM&VGZF46*N#r>HkL9>f)zEq<M&%)
#S(WQ3%mgOa3)SE*tVm+Bb&_%&6rRyX;8`0uaGd42^#d>gk^}PH^^^7mxPU`0Dl;(A$Q41qu>77O%oJ?f;gj_g@}@)hhOSvlHqC@
nFu?b=m_gWLqoCUoa;4UqFwWBMKd}&+B(`g_M!5J@7x0|5Gaq1vVe=#MM@l9AB|Ko`Y#nH&Xg-KpkgTYA(VP-nt9+&a4R_E<#m<l
UpwFO?07>%kJd(RfsbaNkM?Qps*S~h{LTkgMyhZ0UOi3r&fgdxpJ->VCDF*84O-Y^U+>OAL?qCWlX8yiyv<!K6tdsfkPl27OWz8R
c~J7eQ84#`CU{AhjH+jiJqb*CI}B?!R8+kz@JY=~IVgGdcD29&UP2$*GPLE%X*MS{brhX(BBXQPte}vm?M#-GKCG<})R?=&-2it_
vrDZ1%wrN{T(M7AvCIXrPm3lv0)n>JLhl{mHocmf%cPSkzl&uB56;~xdVVy){{VvcVd>*k>R=3kHM~1jK22-(k)@<eP#Q}?HCxTu
(x}tN<+;0=zO-L&S*C6c8<;Xyd<fk>nhE$W*-_wVhM>2M^V*V;)24TKs{YWrH81`sy2!J<cyH!@QP{?sJn?zh%zy=>Cag+3Cq_G7
=~QeMs?i-?S1%J~m8<Ktt#0pOBlove&m=0G&7UMZ`%@K|fIL_!mHI{QJ9!&?(>e-*ULE15Yb|Hn4xIqtH|jJE47?@tyW8#?@JZqm
1*K^}!HY9&ha5-p_&MzzY_@j58K+mbHRV*DQk|Vr&ZYbwAqHQ^`1gxYcD5VuU`a?TFk`INr>i9KY<#j3eDe_mxs~<=ee#`~E!~Cj
GM@5R`Yv}#q-h3Z?7>~>s;hT5<qDYQxfOL6A`$yNSQ(X!n2$*pybwC>92SnXds|iDlvIqom+@FByBgy<Te^JbI^+S$LFSjGrf~4c
Bk;XfjW01NoEbV3@JK_7R4hg6ot}Pe=V?{NDslsS9O2<|9MLoZ>FS}PDpoYUG-qem?$G1v;*?)CWivX1Ip*!G>`UhrOf{V~JhxwG
L+zD7dMiskVG*kLfdf47b#+Ve1=AN3JsuKnL3D#)N!iJMgFm<jMU$^PZ*GK{xDHFwM)y_fp&%M#Z1mjRR~=<}mh87%?O+m0A*eb#
EM4FE;)KFxb&Z0^ZLirdU1N1mx8XqA&tUP@3q~H<nx10L>j%d3HMXJF58R?66wTr&qh*bh{PEvl-1`PnNZ|2cCr*TyZsJfUwF&1c
@>rVvw)3;_P(5{4x=c6#zr}RFB(}Umgi2B;^y!gTy&<;l8q9eX*atH*)^*#i9!M+SMY!yp;{pAEdQ(<KLqvY`uenyo;4x)}C5%m!
49^_w<@eK^(N=mU|CC1J7-!@#*_xrUB6O=a<he#0oa6>?D5+PrL0geIxXE*a-A_j*=ZWNH>!zd1Pg*z3u>nBj8lFguhyL?$_;@TD
_=-fPR{#Tq;|syQ*7{a<0{$n#p%FtRqhcXGlp4F@Q{?Z~gucJ5!Tx{0niw>d0?jHI9EJMjgwU?&>RH$r9vy>%7&Scl+uV1g0DwzM
VCRZph(+VbpLZz4IKo;@e@I4qpa^IjMyLa$<6{U>5F<^&e`Qn?{b^kVO~yp6NkJ-(j8pr>!~7`J2pq&8qEIR5H9Gt8Bn#Bv(uM=l
pF@Sn3PV9tR!WzWlA;Bvi9+-DPMcRY&2xnigI2`kCH77N;t&Ue3sa|1SIV^78lgqeRWER%T@@&j$TgmYkXfCBpuMCu84A~#5a<x_
!l)qx3-yGph7b<n0E7?-5o-_zL6{wN^_)C~8cAH^(*VL2N;C;A6v#vzZZ%dI2(CmJ5lsTV?5vHD7l)<_Ewk_#>gW2YuWcrD0mvv4
3AeVP2{E5;j8+u^B@E{W=n;teTzG#>BpE~XMd2}q*48UZR3h<PCFs2v1-%!|KD`%(N|AW#KUvbi5hG*%8w6I?7ErCYDP%DyG8GE|
e*u+$@zV
""".translate(None, b"\n")
    )
)
#: Opus, one channel; tags as comments.
OGG = zlib.decompress(
    base64.b85decode(
        b"""
c-r$%PY-5bVt|4&7KYUz`j^m+SVm$0g3@A-)Wj4<MhnIUJFo(Oka7lO<%~dj{=AI~87G32ha{#K^8!VD63fy|E%l7d^$ZORSbzeu
K%APFoS%|fWDAr`21*)(B^7cqlk$N&g@Fo6GD~t&ZG%&ji&9Jc5_3~^&CR8O!a4cLi6xo&dA8cd26|?uhDO?k1}1t2=7vW4l0az}
*I?%$&wvn5e?L^c5XUy`MmQGa(W<p;T#dxVgarhI1O$Wyg@i>#gn=v}K|X!~A!!}~Aqg>FAzprdK_PB_em)@{0U(o?kB_5SK=p#m
-#=YXn5)}=Xvpe>XFm;^Ex@tZ;rW04Km8gVpJh6`vQxg*HwF~`;Fue~?hl)r?c%@LYb3-rE}qQs1Sqtj+-Oyd_e{$e^~qZwLiuqM
Sge9(pB9-3=Id<yrn6>={n_rc{D20iim=()=MqiU+52<MW$^jLd35Ro@ib$z#k<aO%$cD5*e|L=X5p8w9-%rSi>D|+g{ppYDy*4b
a;ISh$DHXE58A_O)%~`n#3?+nzgz~>C0KXFv1Mn7X4#Jhm?FuQH9tdnUddbP7oD|*8KpLvTU^{#^`-56;{$NxIV{hfG74dodSL?=
@|6|Xx^#U);N@5T?;Bu>G}tRYI{7b~z%i$177L>!?`|7&+qQM$-(U{#;WbtL8p-SU+W@BHN#B$Z-IZI{Hb4#KD^TFJ_}+lzVxBW;
Kj7wBiM98np9Tg~7R$z`n-#C`z8I`-Zp%~$6q$EsT|(dej5RB-t<z?|XL7;$i?idC(3I!~j(M9>fQs#m8~Sg8+4~>JKl~Q2uHCoG
0V=2Pw)trJ2{9W<YoO{A%F5kp(^aoJG@m?nZzp@>6MfF;4+0$XR`3C%*WD=C*`YIJzO~s$4JS1V4hyBP^9*f%^xG^t$-!YEzirXH
>>1mx->v-R7_oKs5s0+K@?L>W%NrmZLl%y^lGAspzW{Uf4L^!<e1D@Im;>hO{hrV-9JZwIx&Adjh-u#O!7qPiF<#ks<eLN3v=!}X
d=RF=Y5q^`btyav5VMR5q_s9EZ^&E$HLHq8E;dp}2dA@UZS{L&0CkoA!YemVCt5zSfI92kk7<58gZ(q1MpcJOTit4{o&Yf`!>D$S
=288%A68z28a2ILHp&g^LxamnD{pO`_Z4bV<=G`^pR3n^GbYQ9J&26S45VjzuA0dx1k7hDU6ZpUcAVMJt;l#{rMd?Isd>c}
""".translate(None, b"\n")
    )
)
#: H.264 of 64×36 pixels and AAC; tags in `udta`.
MP4 = zlib.decompress(
    base64.b85decode(
        b"""
c-oa$30M=?7M_HqsHh-FK`joliY!Ukmk0<bAXpR^aEp`7KqA?k466%EeXSyBaX~hNO9Vkt0j<@i5|vhz3KWVKs!~N3#R}Gq*J|e7
38A8G?R%4)x#!;dpL6a#=b!oRKoA7S5-C!FOd^6HIz+WVSV$s|DU!M}Aqdio#W4(m#yl3G2mvq^x;i9TdOP^xg`W11GkFd_!tIt%
29jCsuCOD_li(Q41S;;r@N$E>2!^>b7+@mA2>_fUB7^5Sy21fV0|64ncwiz>B25uuu>{OwFkBp23>FIv@(Duf?d+VCl;o5sKrx9B
5j#onIA<z~6Q2+X0Y)Mv1QM~#8|EQggvVyWI2Oxxfl-Vrl<?x&OmBua14hJ%Fhz#38Obi*jASO$1r}j!K9&s261YI~fTgk&U<&RW
9Az_|7{CbJV38mhLphX3Ca~b(h&T>oGu>exAD4&_4lrfH1da)X0vXUelRZ%$0TkXk5t{*)fS{=oF~(*w9hgiw7LgGgsVrU~r4Yjo
)=4>%*jO1xupL=2!N-9G<wz)z#3Ovr;k+G_2?adt?EnK7<LVeZfe0a}bqK@+h6@n@0^?j^0*<6`coLBmAwZu8Qbgd0Knz>}AdXO&
SR4^yGLS4TN16h30m^0p9YGN(wF@qXD?q47r~t>*`%1zDaeRUcG>H@wbK)dYFgrXb1*Y*>3h>Q#(<mH~Kuj&1hlw#>0>O4=!0OOc
K5<OO2evqm^T%F+9nNF(@K{*H1v#a*1UhV%ixUH0M{R`7aB>H#lya+Xkz}^J7f@sbCS|+A0x2jEAOol$2!*TzwWlfxr33a_VOuss
lSozHwbu<Zn@c_|n}EQx1Xme5=7o^Q1KM}~swa)E0=TgOg;v5qQdQo%|1KR02mE*Qa&qx-Vgf((AbFH2|3z5SbhlSO7_GAk3i+%u
VRdC&;&GR&UpI04+1q|jJ#+BIiJAA#emdu|OIvYXW?_GGV$-YM!T2|6I|3to*i)_NTm9A^cGy1q_+=q;m)VrLxr&0Gl#GmAEv>2U
;>96{cemHz4Gz`+_#dPm$pHDB<jm<hFKF7kJH{kvpQ~OKv!H}LMAmlQcofemA=}8#7yUUawx^M{s@kUI_g4*&Psv`DZ~r3cq^I&;
c}j2Q>hO}5y-Rn@v<=HIzbj8F+xM_{ePL4BB6)bPw|sr!u{V#rUiH?zYTjpyI$pTZ`26)iVB@QXzE=$opU2e?_?EEuZ1j4*<ILQH
{z_%t7p(Cm(9nQgkhg_zc+>AmJ32Ob7oM$L-hC}${iDc;*pBMMO}<IbW)EhUj6XQ0z#xFvb8*9w=BVpAIv>?u%y{}V-{(o7?WNDt
Hfq^k;rX4nwEY$->GV(QVkC9WnLbo_xuovo#`8|(l_B#_^{QS+{R|B{o3_|kT)Wi~PO6rWsuzXFy%rbsuN>;yo^bq%&uq_xdT}G#
*w(tjXJ(q#&=%i2Ki<kA{_SJr<7woOur_#qaTKGbC^U1HVRXejFFQ7OW`4nzQogOp4(N%qL8I%;OPeOusybDE<f*fsPa?ZkJQeWi
b2df2C@A&v=uNw!5+7+FGUxlM#2ZU`*siVNIR9h!_}~h;E^pG+bNLJGZMPOH3l>d`@tyxAW<NFbn_rTty3yna5lD`Sh8{Z`+;lgq
?{(vlvfoIuHKy_b$Is{zn%Us2@0dy}tog0C)s3%{GCMp!49dQfBQ%TgzI^F&u2Qiw>wyWQX4=kKrFtyG==KE@`Eu<oHO3Rs;?<q$
(67#L_&g&6^yPmV(o_YcD#7V=fqn6Y<X>jx;B+`E$KJ;_j_a|uqa*%s{fSC4#phgq={Ynm&Lhqv{^r!zV}qBt+9M&C4=mnaQD|0g
7h##9ll@)k=52>f<RCGoE%s(Nyv{X|r^)GLM_AZVN!0Pd^Y=fiskvc2p)o(gswKi^t4;ZYBGulyYe()@oNPY26`#L%LSkZykFT}f
smA{3r;B{6gX`_NN!j7uMt;h?$=4M~c<Tbk-r@A{)`IlJKz+^zUoAGgR(#D*HSju3^^3SWwpwxT_LB6McWCDvP0bIfA~JH)*NoeK
rb6XFFV60m(lO=sR%LxgMkkuJc}3kIE5D%0CIBC2kZfZTeQMY2U<cv1R@Ze}xBVmq&P`kFOb^VlUuK=AT2GSR$5wv3s`2cTo`IZf
Y1!C#MNIp^SA`EZBt@;Vm%M)UrYECaAXeO2m|>i0-G9q%oMCjP!o)lm4sdg-i<t8;m^I5FviU%cU8NH0aW=gPSeeEkf7|4z@?+U&
pYLj_-4x!(yfWAPlZ(^y5;vfQp@)l><}BByO{mP%9i%;KbCp-FF1Oh!ut_xgB7O&QDj2P*HjH)OW#>PmYH6}l@XPZ1dZhs_x0CMw
#~gY9BDkCFi{vf){0#a0Vkb$4UFK{(?$%$sb~8jjS!LzmFn`?MhT5wRy;9u=`TH`zrWa*-clh1S>)m<jvQlZYc$@!|Gge0C{uu%O
>0hS*$km~LB>&grmCD?prZvSYE<%r-;TAhHz589=W#scWB-vQzE1rd4IDNjMAki??_(;p4>w1}1i?bF9k6f>+4rVs0N?dl8R_)>0
FAq^<mB|HfQul<}+XmMwgo=eT%9r%$3yi~@@9k4oV1fPnhAx}{5x^b{zk79-L$1F?{vKAjK$6NSS@~%3ElYiAk-oIKukV>psC&7h
FbIn9qjQYvwKG-HqiYMx6>*|{JLg_sxbia#UD@|mld|e!>Rm1=au4n{VOj-PhI*b*g7WHx&!4J)TOqDkMz%GP&nnIr?O{HCa3e%7
C_39AX56IiR)=33*Jy7#5it1_jS+ZfTw3R{vY80D?#U;FPHw4)b=!_dE`-;lA|}xlxvRI#3fTX^WU_^2K5xb|CC$#+A~fjElC*Eg
qN979LUOG_bppn;b?vpBfsASUim*3jCCEAtoRaPB`hnJX)j>ZT`l-E6sMWNE!LHJuC=As4$w2wCZlrV5BBS5n0QH9=Uu=m?RT{Io
(^BieE6LdWq|QgjXaW7uGMbaKU67~6lC;C~#E0hZ3;{o=nyDzQ;qHz5ewX`3y5N9gv3#N|D|9FS(C>ZqoforndcUwtxmSNT8TXJ+
Q+FCHYVrc(96oQ18DCsI)eCjU>xJE4wm1BIw|h{64|$y3F!lDu@dHW-(k&NBB#GdO6p9l0DD=*y)u$F3ME&1hw0BYO_x+&{URvN>
c@~@y;(@-Bh*!td`m;AG_J`yAWnAiJrS4i`C?NywG)yQX-da$84K%iNrU(@vK!HW*`+K)j%aS^E$B~Z;@sSzolsX!@lsdJBAYxRA
Q5f27aCV6WigBVy?R4}qt<d4QX(%`!joOBO0xpDyby~5E;0l4Rlo2v?6y_v#Q2(1$P#d>`LO>fbf|&fy!3GuzxYUVyl!Yltg1b9F
1=3JxEO`$yiv#Vk_Mo&9ngLZ5^=<#t88K^UkS@Q!t6_%n&Cn2KYam5rQq4LjF$SkOO_ELhhXpc~5$XbrtXBuT^(oyL>}&KmC7!&u
Se@Z91I@f0^lpE|PVLJM_~L2C=$iTWTbc%!I%@AA2K^>zCs4T`C9sU(Ni-O3APkU!8UP1m)y)Dnl^-B3{V#}1qy7I6%m;|8JwjaT
zbEc&a1@@C{#V46NfN}Pkx`(Jjv{WehPVbY(K}B67t-$5kap91q!oiNOXN@6rVm$>S}H|BOopn9ua%yjZVe{2LHn`)Wc8%WE=qL3
h>o$|(r!o>Xf*n}lpDqjm+uc6Q5b{aDpHZ@R4o5dbkQC~j}f|zjA?0vrWqTf(WBp^ks**0AlX2`H#M{zNDPIeC<257WEGGVK)9o1
H4rK*gvRbY+G!aBsRgu40<_BmV^d^tQj}T%E)fbxsI7i{r^&c+)Pp!OL({B^YMT;Jf{LOLVZ=xcEJhOokO)VlQsHP)BngIDXI(Bv
sHJ^^B5GrG@uDyuju8vM7p0?zhZ;mkB=3X3dnXpWcUZ$8R1}COBL2yfCHRmR{ILlBByY&P^faYn2u|=J=)bn3Sg-
""".translate(None, b"\n")
    )
)
#: H.264 in fragments.
IN_PIECES = zlib.decompress(
    base64.b85decode(
        b"""
c-oa!QD_`R7@kW=i6N9=A}A=1HG<OKWq0p#O#%yzXX!mC`eJECSZ8Nvv+M2bOlIaTcYU#l559=tgNR6*Hwje1C!Yi#1d+Z7zIfn^
2&E!eDircid;YU`F`Iw|huitT|DW&wXXgL^-9rd1$7Uc?EjU6`$Vzyc@OY$0T`n6g*za&5dI+J6_mT)58Pm55Q7L|hqjHpWTt9~%
I;Ozku2G}|_)XI(_MCo5^#8Z7otBHm4|tRk0GLO|@AZ5!zy4hzs!5cogOy$yu`=@_=%P*XC}WmWS>tIQ16b<uB53&t%h7o4$w;xd
bj10t%J2m5YZGQ5Z)l^V66Z5pkpE1;Ik-|AWcz^e*vr6QU9Z*8)?CNISsM1eW~1cs_-F)k6IiWEgyu%Sq9?XM-Wb00&h^TIO?WZw
-aU2stqMAk{PEk(Q{Vo*zi)jPB++tm4*M)<V{|Dt=$e-FCD5-NJ27ymC}*7aSl<@Is6wJr{PGC9k+DU4gR?@~@l3fuP*g>v%*syH
G}8v;b9+YEO`nQL;amiVOvR8XugDbWpFq3Y>MZa$DOcbsw4}8!o3VZU@O0CQ2+i8g9ahGcB@;*Hc=s9A%@LZL0c@Y$sd2Xtkxey1
Cns$;KhftWe)Hql(~BHV4g4=o%#22RznuU5n_I*7*B_tx84sWR^NuYqu3{<_!!AHoch*;NNEmBC{j0cL1H#HHubsb8ZQ#v|Enr5B
!a_^PLB?W(J;$k6J;(FFm>45BR#tX)c51faMMm<PP+Kc@ms(<Y1{@(xDssJnDG3SnT?|d_*Kx$cOwf++Za5nbCOOFln)yz@zTxy;
w~jgU6V}JN8v;6ur5=DQ%z=u0x8{HoOqi#A76mq<3m$<Y`4;otCZ>rJoCM(N+D^%`R0CS;uSL`VpxfMc;0PqTB68+??its`G0`TF
x|2%F7zfyvfrw+xj9>MzNfdb4K$#F7l7JE%+H{suc4%;Lu8KWq%89Y(NOQwfMt}tNFzYHZ2&mwa7|<!C2pT8NAp{T=v7A^D&NL(|
4CDZC8u=bz5)o-{5e8vO>`u_ithm<>OScje0uqwt!IqG)IyOph?XUsF_PteS0t5I8`Kwq{mNVKle#61V<~E~>=>)tL4gS5YU02kn
D#kp7wAx#N;(PU)gSYKne5cj~C~e$AlD^+u2cQj;egmfxY6SfNC4^XH8_I8siLTlghQ0qDdUW*Q_7C@OzVPGqS3f^V@agn>=fex_
(U+UUkN%pKm%akt+~%jtS!?uQ@26eRW;d_B*njuwnR^yjt`XB3J#uM`>Dz!W18#B1B*@bSWaa3`aUvHE{;3u##k&b_wL19jwEh9}
yp2W
""".translate(None, b"\n")
    )
)
#: MPEG-4 part 2 pictures.
OLD_CODEC = zlib.decompress(
    base64.b85decode(
        b"""
c-nnay=xRf6n}dkCZNKF94O?36;DXv#Uw_=P7&k^!9t=a7S7$wnk75gWoNPw8_z<Bg@mAmRj{=a#j`X;$loAZ*ouu<E5zT-?vdS%
X4tpybKdt5QOnb7k*`8YR3U=_^D<hPBcgFH76N!(a;Ax#_tY2z8csa9eqxHfI<x!r@s#`{KmH_oz4>(avp4>0_{|D`6Kx-mIKx}p
8=qji1?`sM7Y9ZDPDy{aps)He3=`xN$YhCA;Z(m{aL9c7$0=Hs`73njso;B|W3~+XzFxL5s|UTA*oVjYXI%4ZTedB@R=_P0D7}9p
^K0)`j!Nz`5U%9q+NUin?pUU?#DjRGNqjEymbbx&UADplVQieC^jAC(%|u$K`83-+)wOsmyj&T_R^z};X(v&-7l8huwBk9NFIb@D
Kdmr@x2X%<9a&7?U`hYt<(UhYX69yRT^Wgo3xyje_xA9AAQV@&;e)~8CLGs*ueuXfbR6xhQ5}-=@c7nb_u<)O8s2ef=lMEyDz)0n
Yhd3M;vK;q2cxD&#8i}JY@pfGaXOC7yU9dpJE~D-b-WToH_?H-+&~Mmeo0o(@HBLfauwFIg=mxje*0n0$2mZ6m20yK_oT4coYVQS
V^v}nMM1uW9Y5Wzvu|{09G=3HW~1?-A0GNKZ~O5VI&G;D
""".translate(None, b"\n")
    )
)
#: QuickTime.
MOV = zlib.decompress(
    base64.b85decode(
        b"""
c-nnbONbmr7_Ql6LyR#jafJjHE#e$jc4wx$=e0Y~kahEzgVBH_BoJt;t7@j(>DN@%y!H|i58_4e;6WtGO%|fyDR>Y(1VnNXyf~0c
5F{c*6oec!<6k|qnb~zo(N*=;|M>p;|Eey8&{9JUlD5Jap*b|3(czxYI70I;hKwkXe|czOG}^g;_P1|;9oFxBy7n_3zWV5ozEvsV
9Hz10*aRqw#zq;tg!7VNfTErUgTjT2XV2$Kc=PfWSTasQu@xtSfHxGj45OH{49fzcr&Lla6ned0z6;UgfJFINGz&UP-cw-!HgTf-
IFdC?iA$($V!<1B5i{-vF>Tpq&8QieL?jqUZX5k#&FGtE5r^FNcpuA-3#f_{IRIA}9l>lfZ-5gFIQ09RIhxS~4@Z!w$!)WOsVCx)
IN)kxC3q0{63}{oolymVwnN*1EfBUHN8Gl|HPgfmB9)WKmY-;gF+n?V;zmPqW#=rcJOLh>D2U@0@nGRhWis$7p9%~di8KcFL!$IP
{77*T5HJF{8*~I2I5Z9uqF_y-L`o1p0tzq`MB6k33Auz~xlS?w>@(W}Oc+UY7Ovy^L`P!2;Avhx?l(Q<0*VtJIn6i$?O2$AYl{zn
+qTNa1UjJ~*<~y#k2vipyJX-rxUQ(+(gSZnou}Dqy`VM~4IH{qR-F|rY^#_za9ihM8~F;rMDwOI>D!eJ08;V9E@3}`GlKg7M+jV`
4act!6TJr)ILkl$039DadHBOW_g?$)=38GJBY4&S-uU=@ee~7l@RPp|Cs)1(yCa*QWrMBJlbxS#>1)4v<MsaguPpqnapne5TchW$
j4^!|@KyLF?u2pN1z8YwJ%;wQ`G;xGApK2SX0O%$^=b6XHV5A~P{tPEYpRvToc}+Yj{WR72gcPyHeF^pQxfK79!NFy(7cNi-#Ig6
J^_G3wm<ikv|k^ki=4*-p+V>cqMJS?({}W-{=4fWVgU!E%zZfD2FRDXVM;o?&9z-321FeZ;8~*Q&k#kP@}Mjm^DHyCa5E_%o%rcv
fve*NfNx7B*^JHSq)W}&GMzhj;bK~Q-A_Y_>HzDz7B9U4_T`Oyv6?sG;Rt+JKT<PWJ2BFQsDRa0hM^;)2k2xI=G((F*KcMP^#P{C
tv^p)eJ6tsdB6X1@6>nyK7Ooy7ZW0r$v$*HAys-XyL(%J`>62}<S;AOeVtBi7sj&1iGBs`UGMs(T+6^k_i;`9(F*9cXL1Ai+z{qt
y0$YN_Cw<t4t=dY>M*4*%*maIgy@A!ci-kzaP=lUMY(D<Rmh&u3aDrUDr%(_O%;sGgFR@d4pO|l(;sZ3<CpHP7UAJ2o7Spnl=4Q^
v<m+LTPvHz
""".translate(None, b"\n")
    )
)
